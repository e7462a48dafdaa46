package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// stuck is a log that nobody reads until it is let go.
type stuck struct {
	entered, free chan struct{}
	out           bytes.Buffer
}

func (s *stuck) Write(p []byte) (int, error) {
	select {
	case s.entered <- struct{}{}:
	default:
	}
	<-s.free
	return s.out.Write(p)
}

func TestALogThatNobodyReadsStallsNobody(t *testing.T) {
	s := &stuck{entered: make(chan struct{}, 1), free: make(chan struct{})}
	q := newLogQueue(s, 3)
	fmt.Fprintln(q, "line 0")
	<-s.entered // it is being written, and the writer hangs
	for i := 1; i <= 10; i++ {
		fmt.Fprintf(q, "line %d\n", i)
	}
	close(s.free)
	q.close()
	q.close()
	got := s.out.String()
	for _, want := range []string{"line 0\n", "line 1\n", "line 3\n", "lost=7\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in:\n%s", want, got)
		}
	}
	if strings.Contains(got, "line 4") {
		t.Errorf("more was kept than fits:\n%s", got)
	}
}
