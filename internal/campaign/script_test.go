package campaign

import (
	"reflect"
	"testing"
)

// TestForm: a page without dispositions has the campaign's, one with its own keeps
// them, and the definition stays as it was.
func TestForm(t *testing.T) {
	own := []PageDisposition{{Disposition: Disposition{Label: "Won", Category: "Success"}, RecordStatus: "U", IsContact: true}}
	c := Campaign{
		Dispositions: []Disposition{{Label: "Sale", Category: "Success", Code: "Sold"}, {Label: "Machine", Category: "Machine", Code: "M", Abandon: true}, {Label: "Odd", Category: "No such"}},
		Script:       &Script{Pages: []Page{{Name: "one"}, {Name: "two", Dispositions: own}}, Misc: ScriptRules{AllowSkip: true}},
	}
	form, ok := c.Form()
	if !ok || !form.Misc.AllowSkip {
		t.Fatalf("%+v, %v", form, ok)
	}
	want := []PageDisposition{
		{Disposition: c.Dispositions[0], RecordStatus: "U", IsContact: true},
		{Disposition: c.Dispositions[1], RecordStatus: "C"},
		{Disposition: c.Dispositions[2]},
	}
	if !reflect.DeepEqual(form.Pages[0].Dispositions, want) || !reflect.DeepEqual(form.Pages[1].Dispositions, own) {
		t.Errorf("%+v", form.Pages)
	}
	if c.Script.Pages[0].Dispositions != nil {
		t.Error("the campaign's own script was changed")
	}
	if _, ok := (Campaign{}).Form(); ok {
		t.Error("a form without a script")
	}
}
