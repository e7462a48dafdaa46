//go:build !openapi

package icws

import (
	"net/http"
	"testing"
)

// judge sees nothing without the library that validates.
func judge(_ testing.TB, _ string, h http.Handler) http.Handler { return h }
