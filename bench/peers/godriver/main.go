// Command godriver is GridFS as a program on the Go driver does it: GridFSBucket, one file after the other.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"runtime/debug"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

type command func(ctx context.Context, bucket *mongo.GridFSBucket, arguments []string) error

var commands = map[string]command{
	"put": put, "get": get, "put-tree": putTree, "get-tree": getTree, "ls": list, "rm": remove,
}

func main() {
	log.SetFlags(0)
	if len(os.Args) == 2 && os.Args[1] == "--version" {
		fmt.Println("go driver", driverVersion())
		return
	}
	if len(os.Args) < 5 || commands[os.Args[4]] == nil {
		log.Fatal("usage: godriver URI DATABASE BUCKET {put|get|put-tree|get-tree|ls|rm} ...")
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3], os.Args[4], os.Args[5:]); err != nil {
		log.Fatal(err)
	}
}

func run(uri, database, bucket, name string, arguments []string) error {
	ctx := context.Background()
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		return err
	}
	defer client.Disconnect(ctx) //nolint:errcheck // the work is done
	files := client.Database(database).GridFSBucket(options.GridFSBucket().SetName(bucket))
	return commands[name](ctx, files, arguments)
}

func driverVersion() string {
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, module := range build.Deps {
		if module.Path == "go.mongodb.org/mongo-driver/v2" {
			return module.Version
		}
	}
	return "unknown"
}

func upload(ctx context.Context, bucket *mongo.GridFSBucket, path, name string) (string, error) {
	source, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer source.Close()
	id, err := bucket.UploadFromStream(ctx, name, source)
	return id.Hex(), err
}

func download(ctx context.Context, bucket *mongo.GridFSBucket, id any, path string) error {
	target, err := os.Create(path)
	if err != nil {
		return err
	}
	if _, err := bucket.DownloadToStream(ctx, id, target); err != nil {
		target.Close()
		return err
	}
	return target.Close()
}
