package main

import (
	"bufio"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

func put(ctx context.Context, bucket *mongo.GridFSBucket, arguments []string) error {
	id, err := upload(ctx, bucket, arguments[0], arguments[1])
	if err != nil {
		return err
	}
	fmt.Println(id)
	return nil
}

func get(ctx context.Context, bucket *mongo.GridFSBucket, arguments []string) error {
	id, err := bson.ObjectIDFromHex(arguments[0])
	if err != nil {
		return err
	}
	return download(ctx, bucket, id, arguments[1])
}

func putTree(ctx context.Context, bucket *mongo.GridFSBucket, arguments []string) error {
	root, prefix := arguments[0], arguments[1]
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		relative, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		_, err = upload(ctx, bucket, path, prefix+relative)
		return err
	})
}

type file struct {
	ID         bson.ObjectID `bson:"_id"`
	Name       string        `bson:"filename"`
	Length     int64         `bson:"length"`
	UploadDate time.Time     `bson:"uploadDate"`
}

func getTree(ctx context.Context, bucket *mongo.GridFSBucket, arguments []string) error {
	prefix, root := arguments[0], arguments[1]
	pattern := bson.Regex{Pattern: "^" + regexp.QuoteMeta(prefix)}
	cursor, err := bucket.Find(ctx, bson.D{{Key: "filename", Value: pattern}})
	if err != nil {
		return err
	}
	for cursor.Next(ctx) {
		var found file
		if err := cursor.Decode(&found); err != nil {
			return err
		}
		path := filepath.Join(root, found.Name[len(prefix):])
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		if err := download(ctx, bucket, found.ID, path); err != nil {
			return err
		}
	}
	return cursor.Err()
}

func list(ctx context.Context, bucket *mongo.GridFSBucket, arguments []string) error {
	asJSON, long := slices.Contains(arguments, "--json"), slices.Contains(arguments, "-l")
	output := bufio.NewWriter(os.Stdout)
	order := bson.D{{Key: "filename", Value: 1}, {Key: "uploadDate", Value: 1}}
	cursor, err := bucket.Find(ctx, bson.D{}, options.GridFSFind().SetSort(order))
	if err != nil {
		return err
	}
	for cursor.Next(ctx) {
		if asJSON {
			document, err := bson.MarshalExtJSON(cursor.Current, false, false)
			if err != nil {
				return err
			}
			output.Write(append(document, '\n')) //nolint:errcheck // Flush reports it
			continue
		}
		var found file
		if err := cursor.Decode(&found); err != nil {
			return err
		}
		if long {
			fmt.Fprintf(output, "%s\t%d\t%s\t%s\n", found.ID.Hex(), found.Length, found.UploadDate.Format(time.RFC3339), found.Name)
		} else {
			fmt.Fprintln(output, found.Name)
		}
	}
	if err := cursor.Err(); err != nil {
		return err
	}
	return output.Flush()
}

func remove(ctx context.Context, bucket *mongo.GridFSBucket, arguments []string) error {
	for _, argument := range arguments {
		id, err := bson.ObjectIDFromHex(argument)
		if err != nil {
			return err
		}
		if err := bucket.Delete(ctx, id); err != nil {
			return err
		}
	}
	return nil
}
