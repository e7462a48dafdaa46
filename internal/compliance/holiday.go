package compliance

import (
	"fmt"
	"slices"
	"time"
)

// Date is a day of the calendar.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

func dateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// ParseDate reads "2026-11-26".
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("%q is not a day; write it like \"2026-11-26\"", s)
	}
	return dateOf(t), nil
}

// String is what ParseDate reads.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day) }

func (d Date) weekday() time.Weekday { return d.midday().Weekday() }

// plus is the day that is so many days later.
func (d Date) plus(days int) Date { return dateOf(d.midday().AddDate(0, 0, days)) }

func (d Date) midday() time.Time { return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC) }

// Calendar gives the holidays of a year. The days on which some of them are observed
// are among them, and may lie in the year before.
type Calendar func(year int) []Date

// has tells whether a day is a holiday. New Year's Day of the next year may be
// observed on the last day of this one.
func (c Calendar) has(d Date) bool {
	return slices.Contains(c(d.Year), d) || slices.Contains(c(d.Year+1), d)
}

// bars is has of a calendar that there is.
func (c Calendar) bars() func(Date) bool {
	if c == nil {
		return nil
	}
	return c.has
}

// Days is the calendar of certain days.
func Days(days ...Date) Calendar {
	return func(year int) []Date {
		return slices.DeleteFunc(slices.Clone(days), func(d Date) bool { return d.Year != year })
	}
}

// calendars are those that are reckoned.
var calendars = map[string]Calendar{
	"us-federal":          usFederal,
	"us-pennsylvania":     pennsylvania,
	"us-utah":             utah,
	"uk-england-wales":    englandAndWales,
	"uk-scotland":         scotland,
	"uk-northern-ireland": northernIreland,
}

// usFederal are the legal public holidays of 5 U.S.C. 6103(a), each also on the day on
// which it is observed where that differs: Friday for a Saturday (6103(b)(1)), Monday
// for a Sunday (Executive Order 11582, section 3).
func usFederal(year int) []Date {
	days := []Date{
		nth(3, time.Monday, year, time.January), // Birthday of Martin Luther King, Jr.
		nth(3, time.Monday, year, time.February),
		last(time.Monday, year, time.May),
		nth(1, time.Monday, year, time.September),
		nth(2, time.Monday, year, time.October),
		nth(4, time.Thursday, year, time.November),
	}
	fixed := []Date{{year, time.January, 1}, {year, time.July, 4}, {year, time.November, 11}, {year, time.December, 25}}
	if year >= 2021 {
		fixed = append(fixed, Date{year, time.June, 19}) // Public Law 117-17
	}
	for _, d := range fixed {
		days = append(days, observed(d)...)
	}
	return days
}

// observed gives a day, and the one on which it is observed if it is on a weekend.
func observed(d Date) []Date {
	switch d.weekday() {
	case time.Saturday:
		return []Date{d, d.plus(-1)}
	case time.Sunday:
		return []Date{d, d.plus(1)}
	}
	return []Date{d}
}

// utah has Pioneer Day too (Utah Code 63G-1-301).
func utah(year int) []Date { return append(usFederal(year), observed(Date{year, time.July, 24})...) }

// pennsylvania has Good Friday, Flag Day and the day of elections in November too
// (44 P.S. 11, as others list it).
func pennsylvania(year int) []Date {
	election := nth(1, time.Monday, year, time.November).plus(1)
	return slices.Concat(usFederal(year), easter(year, -2), observed(Date{year, time.June, 14}), []Date{election})
}

// englandAndWales are the bank holidays of the Banking and Financial Dealings Act 1971,
// schedule 1, with Good Friday and Christmas Day, which are holidays by common law, and
// New Year's Day and the first Monday in May, by proclamation since 1974 and 1978.
func englandAndWales(year int) []Date {
	return slices.Concat(bank(Date{year, time.January, 1}), easter(year, -2, 1), mays(year),
		[]Date{last(time.Monday, year, time.August)}, christmas(year), once(year, ""))
}

// scotland has 2 January, Saint Andrew's Day (Act of 2007) and the first Monday in
// August, and no Easter Monday.
func scotland(year int) []Date {
	return slices.Concat(bank(Date{year, time.January, 1}, Date{year, time.January, 2}), easter(year, -2), mays(year),
		[]Date{nth(1, time.Monday, year, time.August)}, bank(Date{year, time.November, 30}), christmas(year), once(year, "SCT"))
}

// northernIreland has Saint Patrick's Day and the Battle of the Boyne too.
func northernIreland(year int) []Date {
	return slices.Concat(englandAndWales(year), bank(Date{year, time.March, 17}), bank(Date{year, time.July, 12}))
}

// bank gives days and, for each that is on a weekend, the working day after it that
// is observed and not taken by another.
func bank(days ...Date) []Date {
	all := slices.Clone(days)
	for _, d := range days {
		if d.weekday() != time.Saturday && d.weekday() != time.Sunday {
			continue
		}
		for d = d.plus(1); d.weekday() == time.Saturday || d.weekday() == time.Sunday || slices.Contains(all, d); {
			d = d.plus(1)
		}
		all = append(all, d)
	}
	return all
}

func christmas(year int) []Date {
	return bank(Date{year, time.December, 25}, Date{year, time.December, 26})
}

// mays are the two of spring, but in years that moved them by proclamation.
func mays(year int) []Date {
	early, spring := nth(1, time.Monday, year, time.May), last(time.Monday, year, time.May)
	switch year {
	case 1995, 2020:
		early = Date{year, time.May, 8} // Victory in Europe
	case 2002:
		spring = Date{year, time.June, 4}
	case 2012:
		spring = Date{year, time.June, 4}
	case 2022:
		spring = Date{year, time.June, 2}
	}
	return []Date{early, spring}
}

// once are the bank holidays that were proclaimed for one year, in the whole kingdom
// or in a part of it.
func once(year int, part string) []Date {
	var days []Date
	for _, o := range []struct {
		day  Date
		part string
	}{
		{Date{1999, time.December, 31}, ""}, {Date{2002, time.June, 3}, ""}, {Date{2011, time.April, 29}, ""},
		{Date{2012, time.June, 5}, ""}, {Date{2022, time.June, 3}, ""}, {Date{2022, time.September, 19}, ""},
		{Date{2023, time.May, 8}, ""},
		{Date{2026, time.June, 15}, "SCT"}, // the men's World Cup
	} {
		if o.day.Year == year && (o.part == "" || o.part == part) {
			days = append(days, o.day)
		}
	}
	return days
}

// easter gives days counted from Easter Sunday, by the anonymous Gregorian reckoning
// (Meeus, Astronomical Algorithms, chapter 8).
func easter(year int, offsets ...int) []Date {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 19*l) / 433
	month := (h + l - 7*m + 90) / 25
	sunday := Date{year, time.Month(month), (h + l - 7*m + 33*month + 19) % 32}
	var days []Date
	for _, n := range offsets {
		days = append(days, sunday.plus(n))
	}
	return days
}

// nth is the n-th such weekday of a month.
func nth(n int, day time.Weekday, year int, month time.Month) Date {
	first := Date{year, month, 1}
	return first.plus((int(day-first.weekday())+7)%7 + 7*(n-1))
}

// last is the last such weekday of a month.
func last(day time.Weekday, year int, month time.Month) Date {
	end := Date{year, month + 1, 1}.plus(-1)
	return end.plus(-((int(end.weekday()-day) + 7) % 7))
}
