package icws

import "time"

// compact is the wire's form of a date: UTC, without fraction.
const compact = "20060102T150405Z"

// date is a time on the wire.
func date(t time.Time) string { return t.UTC().Format(compact) }

// parseDate reads a date as clients write it: compact or with separators, with or
// without seconds and their fraction (contract section 0), and with an offset, as
// the usual libraries write what is not UTC. A year has four digits in UTC, too.
func parseDate(s string) (time.Time, bool) {
	for _, layout := range []string{compact, "2006-01-02T15:04:05Z", "2006-01-02T15:04Z", time.RFC3339} {
		if t, err := time.Parse(layout, s); err == nil && 0 <= t.UTC().Year() && t.UTC().Year() <= 9999 {
			return t, true
		}
	}
	return time.Time{}, false
}
