// Command devserver serves the MongoDB protocol from SQLite or PostgreSQL, for trying gridfs out and for its tests.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/FerretDB/FerretDB/ferretdb"
	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
)

func main() {
	dir := flag.String("dir", "", "directory of the SQLite databases")
	listen := flag.String("listen", "127.0.0.1:0", "address to listen on; port 0 takes a free one")
	postgres := flag.String("postgresql-url", "", "serve from this PostgreSQL database instead of SQLite")
	untilEOF := flag.Bool("until-stdin-closes", false, "stop when standard input ends, besides SIGTERM and SIGINT")
	flag.Parse()
	if flag.NArg() > 0 || (*dir == "") == (*postgres == "") {
		fmt.Fprintln(os.Stderr, "usage: devserver {--dir DIR | --postgresql-url URL} [--listen HOST:PORT] [--until-stdin-closes]")
		os.Exit(2)
	}

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if *untilEOF {
		var cancel context.CancelFunc
		ctx, cancel = context.WithCancel(ctx)
		go func() {
			io.Copy(io.Discard, os.Stdin) //nolint:errcheck // any end of it is the end
			cancel()
		}()
	}
	if err := serve(ctx, *dir, *postgres, *listen); err != nil {
		fmt.Fprintln(os.Stderr, "devserver:", err)
		os.Exit(1)
	}
}

// serve runs the server until ctx is done. It prints the server's URI once the server answers.
func serve(ctx context.Context, dir, postgres, listen string) error {
	config := &ferretdb.Config{
		Listener: ferretdb.ListenerConfig{TCP: listen},
		Handler:  "postgresql",
		Logger:   slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	config.PostgreSQLURL = postgres
	if dir != "" {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		// The directory is given as a URL, which not every path fits into.
		if err := os.Chdir(dir); err != nil {
			return err
		}
		config.Handler = "sqlite"
		config.SQLiteURL = "file:./"
	}
	server, err := ferretdb.New(config)
	if err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() { done <- server.Run(ctx) }()

	if err := waitUntilItAnswers(ctx, server.MongoDBURI()); err != nil {
		return err
	}
	fmt.Println(server.MongoDBURI())
	if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

func waitUntilItAnswers(ctx context.Context, uri string) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	client, err := mongo.Connect(ctx, options.Client().ApplyURI(uri))
	if err != nil {
		return err
	}
	defer client.Disconnect(context.Background()) //nolint:errcheck // it has answered
	return client.Database("admin").RunCommand(ctx, bson.D{{Key: "ping", Value: 1}}).Err()
}
