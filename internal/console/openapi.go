package console

import (
	_ "embed"
	"net/http"
)

// description describes every resource of this package and all that they take and
// answer (OpenAPI 3.0.3). Tests hold it against the routes, and every request and
// answer of every other test against it.
//
//go:embed openapi.yaml
var description []byte

// openAPI gives out the description. It tells nothing of this installation, so anybody
// may read it.
func (c *console) openAPI(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/yaml")
	_, _ = w.Write(description) // a client that went away needs no answer
	return nil
}
