package campaign

import (
	"strings"
	"testing"
)

func TestNumber(t *testing.T) {
	for text, want := range map[string]string{
		"100": "100", "+13175550100": "+13175550100", " (317) 555-0100 ": "3175550100", "030/12 34.56": "030123456", "42": "42",
		"": "", "1": "", "+": "", "+1": "", "sip:bob@home": "", "1800FLOWERS": "", "555;ext=1": "", "5+5": "", strings.Repeat("1", 33): "",
	} {
		got, err := Number(text)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q is dialed as %q, %v; want %q", text, got, err, want)
		}
	}
}

func TestPhoneColumn(t *testing.T) {
	contact := Contact{Number: "sip:amy@home", Columns: map[string]string{"Home": "(317) 555-0100", "WORK": "none", "sip": "sip:amy@home"}}
	named, bare := Campaign{Name: "Autumn", PhoneColumns: []string{"home", "work", "sip", "mobile"}}, Campaign{Name: "Bare"}
	for _, c := range []struct {
		campaign Campaign
		ccid     int
		want     string
	}{
		{named, 1, "3175550100"}, {named, 2, ""}, {named, 3, "sip:amy@home"}, {named, 4, ""}, {named, 0, ""}, {named, 5, ""},
		{bare, 1, "sip:amy@home"}, {bare, 2, ""}, {bare, 0, ""},
	} {
		if got, err := c.campaign.PhoneColumn(contact, c.ccid); got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("phone column %d of %s: %q, %v; want %q", c.ccid, c.campaign.Name, got, err, c.want)
		}
	}
}

// Whatever is typed, only digits are dialed, and what is dialed can be typed.
func FuzzNumber(f *testing.F) {
	f.Add("+1 (317) 555-0100")
	f.Add("sip:amy@home")
	f.Fuzz(func(t *testing.T, text string) {
		number, err := Number(text)
		if err != nil {
			return
		}
		if strings.Trim(strings.TrimPrefix(number, "+"), "0123456789") != "" {
			t.Fatalf("%q is dialed as %q", text, number)
		}
		if again, err := Number(number); again != number || err != nil {
			t.Fatalf("%q becomes %q, %v", number, again, err)
		}
	})
}

func TestHasNumber(t *testing.T) {
	def := Campaign{PhoneColumns: []string{"home", "mobile"}}
	contact := Contact{Number: "sip:lab@example.com", Columns: map[string]string{"Home": "(317) 555-0100", "mobile": "none", "fax": "3175550101"}}
	for number, want := range map[string]bool{
		"sip:lab@example.com": true, "3175550100": true, "3175550101": false, "none": false, "": false, "+3175550100": false,
	} {
		if got := def.HasNumber(contact, number); got != want {
			t.Errorf("%q: %t", number, got)
		}
	}
}
