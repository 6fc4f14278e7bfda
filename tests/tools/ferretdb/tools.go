//go:build tools

// Package tools pins the server that asks the tests for credentials and for TLS.
package tools

import _ "github.com/FerretDB/FerretDB/cmd/ferretdb"
