package store

import "testing"

func TestMemoriesAreKept(t *testing.T) {
	s := fresh(t)
	for _, text := range []string{`{"Z":1}`, `{"Z":0.5}`} {
		if err := s.Remember(t.Context(), "A", []byte(text), noon); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Remember(t.Context(), "B", []byte(`{}`), noon); err != nil {
		t.Fatal(err)
	}
	got, err := s.Memories(t.Context())
	if err != nil || len(got) != 2 || string(got["A"]) != `{"Z":0.5}` {
		t.Errorf("%s, %v", got, err)
	}
}
