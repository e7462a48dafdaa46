package campaign

import "time"

// OnTheWall is when a clock on a wall in a zone shows what wall, in UTC, says. On the night
// on which clocks are put, a time that comes twice is the first one, and one that never
// comes is as long after the change as it says: 02:30 is 03:30 (RFC 5545 section 3.3.5).
func OnTheWall(wall time.Time, zone *time.Location) time.Time {
	offset := func(t time.Time) time.Duration {
		_, seconds := t.In(zone).Zone()
		return time.Duration(seconds) * time.Second
	}
	wall = wall.UTC()
	const apart = 24 * time.Hour // zones change their clocks more seldom than that
	before, after := offset(wall.Add(-apart)), offset(wall.Add(apart))
	if first := wall.Add(-before); offset(first) == before {
		return first.In(zone)
	}
	if then := wall.Add(-after); offset(then) == after {
		return then.In(zone)
	}
	return wall.Add(-before).In(zone)
}
