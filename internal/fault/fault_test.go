package fault_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/outdial/outdial/internal/fault"
)

func TestKindsAreNamedOnce(t *testing.T) {
	seen := map[string]bool{}
	for k := fault.Internal; k <= fault.Gone; k++ {
		if k.String() == "" || seen[k.String()] {
			t.Errorf("kind %d is called %q", int(k), k)
		}
		seen[k.String()] = true
	}
	for k, want := range map[fault.Kind]string{fault.Gone + 1: "kind 8", -1: "kind -1"} {
		if got := k.String(); got != want {
			t.Errorf("kind %d is called %q", int(k), got)
		}
	}
}

func TestTheKindOfAnError(t *testing.T) {
	busy := fault.New(fault.Busy, "the floor takes no more work")
	for _, c := range []struct {
		name string
		err  error
		want fault.Kind
	}{
		{"ours", busy, fault.Busy},
		{"ours inside another", fmt.Errorf("while asking: %w", busy), fault.Busy},
		{"ours around another: the outer decides", fault.Wrap(busy, fault.Conflict, "not now"), fault.Conflict},
		{"ours among several", errors.Join(io.EOF, busy), fault.Busy},
		{"of others", io.EOF, fault.Internal},
		{"none", nil, fault.Internal},
	} {
		if got := fault.KindOf(c.err); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestTheSentence(t *testing.T) {
	e := fault.New(fault.NotFound, "campaign %q does not exist", "First").On("campaignId")
	if got := e.Error(); got != `campaign "First" does not exist` {
		t.Errorf("it reads %q", got)
	}
	if e.Property != "campaignId" || e.Kind != fault.NotFound {
		t.Errorf("property %q, kind %s", e.Property, e.Kind)
	}
	w := fault.Wrap(io.ErrUnexpectedEOF, fault.Invalid, "row %d ends early", 7)
	if got := w.Error(); got != "row 7 ends early: unexpected EOF" {
		t.Errorf("it reads %q", got)
	}
	if !errors.Is(w, io.ErrUnexpectedEOF) || errors.Unwrap(e) != nil {
		t.Error("the cause is lost, or invented")
	}
}
