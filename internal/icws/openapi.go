package icws

import (
	_ "embed"
	"net/http"
)

// description describes every resource, representation and message of this package
// (OpenAPI 3.0.3). Tests hold it against the routes, and every answer and message
// of every other test against it.
//
//go:embed openapi.yaml
var description []byte

// ownRoutes are what ICWS does not know and no client needs to look for: they have
// no version of a feature.
func ownRoutes() []route {
	return []route{
		{"GET", "/openapi.yaml", "outdial", 0, open, false, openAPI, ""},
	}
}

// openAPI gives out the description. It is YAML, the one answer without the media
// type of the interface.
func openAPI(*server, *request) (answer, error) {
	return answer{deliver: func(w http.ResponseWriter) error {
		w.Header().Set("Content-Type", "application/yaml")
		w.WriteHeader(http.StatusOK)
		w.Write(description) // a client that is gone is no failure of ours
		return nil
	}}, nil
}
