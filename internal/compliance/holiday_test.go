package compliance_test

import (
	"testing"
	"time"

	"github.com/outdial/outdial/internal/compliance"
)

// closed tells on which of some days a campaign with a calendar calls nobody.
func closed(t *testing.T, calendar string, d compliance.Date) bool {
	t.Helper()
	code := compliance.KnownLaw().Code(compliance.Default).Closed(calendar)
	noon := time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC)
	return !code.Decide(noon, place("UTC"), compliance.History{}).Allowed
}

func days(t *testing.T, calendar string, year int) string {
	t.Helper()
	list := ""
	for day := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() == year; day = day.AddDate(0, 0, 1) {
		if closed(t, calendar, compliance.Date{Year: year, Month: day.Month(), Day: day.Day()}) {
			list += day.Format(" 01-02")
		}
	}
	return list
}

// The lists follow from the acts that holiday.go names; the days themselves are among
// them where they lie on a weekend, since nobody wants to be called then either.
func TestHolidays(t *testing.T) {
	for _, c := range []struct {
		calendar string
		year     int
		want     string
	}{
		{"us-federal", 2020, " 01-01 01-20 02-17 05-25 07-03 07-04 09-07 10-12 11-11 11-26 12-25"},
		{"us-federal", 2021, " 01-01 01-18 02-15 05-31 06-18 06-19 07-04 07-05 09-06 10-11 11-11 11-25 12-24 12-25 12-31"},
		{"us-federal", 2026, " 01-01 01-19 02-16 05-25 06-19 07-03 07-04 09-07 10-12 11-11 11-26 12-25"},
		{"us-federal", 2027, " 01-01 01-18 02-15 05-31 06-18 06-19 07-04 07-05 09-06 10-11 11-11 11-25 12-24 12-25 12-31"},
		{"us-pennsylvania", 2026, " 01-01 01-19 02-16 04-03 05-25 06-14 06-15 06-19 07-03 07-04 09-07 10-12 11-03 11-11 11-26 12-25"},
		{"us-utah", 2026, " 01-01 01-19 02-16 05-25 06-19 07-03 07-04 07-24 09-07 10-12 11-11 11-26 12-25"},
		{"uk-england-wales", 2020, " 01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-26 12-28"},
		{"uk-england-wales", 2022, " 01-01 01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-25 12-26 12-27"},
		{"uk-england-wales", 2023, " 01-01 01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26"},
		{"uk-england-wales", 2026, " 01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-26 12-28"},
		{"uk-england-wales", 2027, " 01-01 03-26 03-29 05-03 05-31 08-30 12-25 12-26 12-27 12-28"},
		{"uk-scotland", 2022, " 01-01 01-02 01-03 01-04 04-15 05-02 06-02 06-03 08-01 09-19 11-30 12-25 12-26 12-27"},
		{"uk-scotland", 2026, " 01-01 01-02 04-03 05-04 05-25 06-15 08-03 11-30 12-25 12-26 12-28"},
		{"uk-northern-ireland", 2026, " 01-01 03-17 04-03 04-06 05-04 05-25 07-12 07-13 08-31 12-25 12-26 12-28"},
	} {
		if got := days(t, c.calendar, c.year); got != c.want {
			t.Errorf("%s %d:\n got%s\nwant%s", c.calendar, c.year, got, c.want)
		}
	}
}

func TestParseDate(t *testing.T) {
	d, err := compliance.ParseDate("2026-11-26")
	if err != nil || d.String() != "2026-11-26" {
		t.Errorf("%v, %v", d, err)
	}
	for _, text := range []string{"", "26.11.2026", "2026-02-30", "2026-1-1"} {
		if d, err := compliance.ParseDate(text); err == nil {
			t.Errorf("%q is read as %s", text, d)
		}
	}
}
