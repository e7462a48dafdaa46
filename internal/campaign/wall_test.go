package campaign_test

import (
	"testing"
	"time"

	"github.com/outdial/outdial/internal/campaign"
)

func TestOnTheWall(t *testing.T) {
	for _, c := range []struct{ zone, wall, want string }{
		{"America/New_York", "2026-02-02 09:00", "2026-02-02 09:00 EST"},
		{"America/New_York", "2026-03-08 01:59", "2026-03-08 01:59 EST"},
		{"America/New_York", "2026-03-08 02:30", "2026-03-08 03:30 EDT"}, // does not exist
		{"America/New_York", "2026-03-08 03:00", "2026-03-08 03:00 EDT"},
		{"America/New_York", "2026-11-01 00:30", "2026-11-01 00:30 EDT"},
		{"America/New_York", "2026-11-01 01:30", "2026-11-01 01:30 EDT"}, // exists twice
		{"America/New_York", "2026-11-01 02:00", "2026-11-01 02:00 EST"},
		{"Europe/Berlin", "2026-03-29 02:30", "2026-03-29 03:30 CEST"},
		{"Europe/Berlin", "2026-10-25 02:30", "2026-10-25 02:30 CEST"},
		{"Europe/Berlin", "2026-10-25 03:00", "2026-10-25 03:00 CET"},
		{"Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-04 02:45 +11"}, // by half an hour
		{"Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-05 01:45 +11"},
		{"Asia/Kathmandu", "2026-11-01 09:15", "2026-11-01 09:15 +0545"},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		wall, err := time.Parse("2006-01-02 15:04", c.wall)
		if err != nil {
			t.Fatal(err)
		}
		if got := campaign.OnTheWall(wall, zone).Format("2006-01-02 15:04 MST"); got != c.want {
			t.Errorf("%s in %s is %s, want %s", c.wall, c.zone, got, c.want)
		}
	}
}
