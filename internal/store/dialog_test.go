package store

import (
	"maps"
	"slices"
	"testing"
)

func TestDialogsAreNotedUntilTheyAreOver(t *testing.T) {
	s := fresh(t)
	ctx := t.Context()
	note := func(up map[string][]byte, over ...string) {
		t.Helper()
		if err := s.NoteDialogs(ctx, up, over); err != nil {
			t.Fatal(err)
		}
	}
	note(map[string][]byte{"a@h": []byte("one"), "b@h": []byte("two")})
	note(map[string][]byte{"a@h": []byte("moved")}, "b@h", "never@h")
	got, err := s.Dialogs(ctx)
	if err != nil || len(got) != 1 || string(got["a@h"]) != "moved" {
		t.Errorf("%v, %v", slices.Collect(maps.Keys(got)), err)
	}
	note(nil, "a@h")
	if got, err := s.Dialogs(ctx); err != nil || len(got) != 0 {
		t.Errorf("%v, %v", got, err)
	}
}
