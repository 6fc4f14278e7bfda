// Command godriver is GridFS as a program on the Go driver does it: GridFSBucket, one file after the other.
package main

import (
	"context"
	"flag"
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
	uri := flag.String("uri", "", "connection string")
	database := flag.String("db", "", "database")
	bucket := flag.String("bucket", "", "bucket")
	version := flag.Bool("version", false, "print the driver's version")
	flag.Parse()
	if *version {
		fmt.Println("go driver", driverVersion())
		return
	}
	if err := run(*uri, *database, *bucket, flag.Args()); err != nil {
		log.Fatal(err)
	}
}

func run(uri, database, bucket string, arguments []string) error {
	if len(arguments) == 0 || commands[arguments[0]] == nil {
		return fmt.Errorf("usage: godriver -uri URI -db DB -bucket BUCKET {put|get|put-tree|get-tree|ls|rm} ...")
	}
	ctx := context.Background()
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		return err
	}
	defer client.Disconnect(ctx) //nolint:errcheck // the work is done
	files := client.Database(database).GridFSBucket(options.GridFSBucket().SetName(bucket))
	return commands[arguments[0]](ctx, files, arguments[1:])
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
