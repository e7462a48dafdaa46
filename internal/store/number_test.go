package store

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
)

// readers of numbers, made once for a region.
type numberReaders map[string]*numberReader

func (all numberReaders) in(t testing.TB, region string) *numberReader {
	t.Helper()
	if all[region] == nil {
		r, err := newNumberReader(region)
		if err != nil {
			t.Fatal(err)
		}
		all[region] = r
	}
	return all[region]
}

// asTheLibrary fails the test if the short way reads a number otherwise than the
// library, and tells whether the short way was taken.
func asTheLibrary(t testing.TB, r *numberReader, text string) bool {
	t.Helper()
	number, ok := r.plain(text)
	if !ok {
		return false
	}
	if want, reason := dialable(text, r.region); number != want || reason != "" {
		t.Errorf("%q in %q: %s, the library says %q (%s)", text, r.region, number, want, reason)
	}
	return true
}

// exampleNumbers are numbers of all types and regions, in every way of writing.
func exampleNumbers() map[string][]string {
	all := map[string][]string{}
	for region := range phonenumbers.GetSupportedRegions() {
		for kind := phonenumbers.FIXED_LINE; kind <= phonenumbers.VOICEMAIL; kind++ {
			n := phonenumbers.GetExampleNumberForType(region, kind)
			if n == nil {
				continue
			}
			for _, form := range []phonenumbers.PhoneNumberFormat{phonenumbers.E164, phonenumbers.INTERNATIONAL, phonenumbers.NATIONAL} {
				all[region] = append(all[region], phonenumbers.Format(n, form))
			}
			e164 := phonenumbers.Format(n, phonenumbers.E164)
			all[region] = append(all[region], e164[1:], phonenumbers.GetNationalSignificantNumber(n))
		}
	}
	return all
}

func TestPlainNumbersAreReadAsTheLibraryReads(t *testing.T) {
	readers := numberReaders{}
	examples := exampleNumbers()
	regions := slices.Sorted(func(yield func(string) bool) {
		for region := range examples {
			if !yield(region) {
				return
			}
		}
	})
	short, all := 0, 0
	chance := rand.New(rand.NewPCG(5, 8))
	for _, region := range regions {
		for _, text := range examples[region] {
			if *many == modest && chance.IntN(8) > 0 {
				continue // all of them take a minute under the race detector
			}
			for _, in := range []string{region, "US", ""} {
				all++
				if asTheLibrary(t, readers.in(t, in), text) {
					short++
				}
			}
		}
	}
	if short < all/3 {
		t.Errorf("%d of %d examples are read the short way, which tests little", short, all)
	}
	// And numbers that are none, or nearly, or of another country.
	short = 0
	tries := *many / 4
	for range tries {
		region := regions[chance.IntN(len(regions))]
		if asTheLibrary(t, readers.in(t, region), scrawl(chance, examples[regions[chance.IntN(len(regions))]])) {
			short++
		}
	}
	if short < tries/10 {
		t.Errorf("%d of %d are read the short way, which tests little", short, tries)
	}
}

// scrawl spoils an example here and there.
func scrawl(chance *rand.Rand, examples []string) string {
	text := []byte(examples[chance.IntN(len(examples))])
	const signs = "0123456789000111 -.()+"
	for range chance.IntN(4) {
		at := chance.IntN(len(text))
		sign := signs[chance.IntN(len(signs))]
		switch chance.IntN(3) {
		case 0:
			text[at] = sign
		case 1:
			text = slices.Insert(text, at, sign)
		case 2:
			text = append(slices.Delete(text, at, at+1), sign)
		}
	}
	return string(text)
}

func FuzzPlainNumbers(f *testing.F) {
	for _, text := range []string{"+13175550101", "(317) 555-0101", "1-317-555-0101", "030 2345678", "+39 06 698", "0039 06 12345678", "+ 1", "00000000", "8 (495) 123-45-67"} {
		for _, region := range []string{"US", "DE", "IT", "RU", "BS", ""} {
			f.Add(text, region)
		}
	}
	readers := numberReaders{}
	f.Fuzz(func(t *testing.T, text, region string) {
		if region != "" && !phonenumbers.GetSupportedRegions()[region] {
			t.Skip()
		}
		asTheLibrary(t, readers.in(t, region), text)
	})
}

func TestTheUsualNumbersTakeTheShortWay(t *testing.T) {
	readers := numberReaders{}
	for _, c := range []struct{ region, text string }{
		{"", "+13175550101"}, {"US", "3175550101"}, {"US", "(317) 555-0101"}, {"US", "1-317-555-0101"}, {"US", "317.555.0101"},
		{"CA", "416-555-0101"}, {"DE", "030 2345678"}, {"DE", "+49 171 2345678"}, {"GB", "020 7946 0018"}, {"GB", "+442079460018"},
		{"US", "+33 1 99 00 12 34"}, {"FR", "01 99 00 12 34"}, {"", "+390669812345"},
	} {
		if _, ok := readers.in(t, c.region).plain(c.text); !ok {
			t.Errorf("%q in %q goes the long way", c.text, c.region)
		}
	}
}

func BenchmarkReadNumber(b *testing.B) {
	for _, c := range []struct{ name, region, text string }{
		{"E164", "", "+13175550101"}, {"written US", "US", "(317) 555-0101"}, {"written DE", "DE", "030 2345678"},
	} {
		r := numberReaders{}.in(b, c.region)
		for way, read := range map[string]func(string) (string, string){"short": r.read, "library": func(text string) (string, string) { return dialable(text, c.region) }} {
			b.Run(fmt.Sprint(strings.ReplaceAll(c.name, " ", "_"), "/", way), func(b *testing.B) {
				for b.Loop() {
					if _, reason := read(c.text); reason != "" {
						b.Fatal(reason)
					}
				}
			})
		}
	}
}

// A number that is dialed within its area only is none, as nobody knows the area; one of
// the right length is taken, assigned or not.
func TestNumbersHaveAsManyDigitsAsTheirPlanGivesThem(t *testing.T) {
	readers := numberReaders{}
	for _, c := range []struct{ text, region, number, reason string }{
		{"555-0101", "US", "", "it has no area code"},
		{"+1 555 0101", "", "", "it has no area code"},
		{"317 555 01", "US", "", "it has too few digits"},
		{"5550", "US", "", "it has too few digits"},
		{"317 555 01012 3", "US", "", "it has too many digits"},
		{"+49 30 12345678901234", "", "", "it has too many digits"},
		{"none", "US", "", `"none" is not a phone number`},
		{"(317) 555-0101", "US", "+13175550101", ""},
		{"111 555 0101", "US", "+11115550101", ""}, // no area has this code yet
		{"02 09 09 09 09", "FR", "+33209090909", ""},
	} {
		number, reason := readers.in(t, c.region).read(c.text)
		if number != c.number || (c.reason == "") != (reason == "") || !strings.HasSuffix(reason, c.reason) {
			t.Errorf("%q in %q: %q, %q; want %q, %q", c.text, c.region, number, reason, c.number, c.reason)
		}
	}
}

// What is typed is read by a region only if it can be nothing else there.
func TestReadNational(t *testing.T) {
	for _, c := range []struct{ typed, region, want string }{
		{"2125550123", "US", "+12125550123"},
		{"12125550123", "US", "+12125550123"},
		{"01149301234567", "US", "+49301234567"},
		{"0301234567", "DE", "+49301234567"},
		{"0012125550123", "DE", "+12125550123"},
		{"02079460000", "GB", "+442079460000"},
		{"5550123", "US", ""},    // of some area
		{"1234567", "DE", ""},    // of some town
		{"471123", "DE", ""},     // maybe an extension
		{"112", "DE", ""},        // an emergency
		{"77", "US", ""},         // an extension
		{"3175550100", "DE", ""}, // none there
		{"2125550123", "", ""},
	} {
		if got, ok := ReadNational(c.typed, c.region); got != c.want || ok != (c.want != "") {
			t.Errorf("%s in %s is %q, %t; want %q", c.typed, c.region, got, ok, c.want)
		}
	}
}
