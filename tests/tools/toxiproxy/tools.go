//go:build tools

// Package tools pins the program that cuts and slows the tests' connections.
package tools

import _ "github.com/Shopify/toxiproxy/v2/cmd/server"
