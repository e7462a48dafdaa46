package store

import (
	"fmt"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/compliance"
)

// placeReader reads where contacts may be: names of zones and states joined by &. It
// remembers what it has read, as a list has few places.
type placeReader map[string]string

// zoneOf gives what is kept of where a contact may be, or says why it cannot be read,
// by his number and what is written of him, which may be nothing.
func (p placeReader) zoneOf(_, written string) (zone, reason string) {
	if zone, known := p[written]; known {
		return zone, ""
	}
	zones, _ := compliance.SplitPlace(strings.TrimSpace(written))
	for _, name := range zones {
		// Local would be the server's.
		if _, err := time.LoadLocation(name); err != nil || name == "Local" {
			return "", fmt.Sprintf("%q is not an IANA time zone", name)
		}
	}
	zone = compliance.JoinPlace(strings.TrimSpace(written))
	p[strings.Clone(written)] = zone
	return zone, ""
}
