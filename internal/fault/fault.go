// Package fault is the one error type of the house.
//
// An [Error] has a kind, a sentence for the human who must act on it, and
// optionally the cause. Kinds are few; whoever speaks a protocol maps them once
// (icws: kind to HTTP status). Rooms return errors or handle them, never both.
//
// The package is pure: it knows no clock, no log, no transport.
package fault

import (
	"errors"
	"fmt"
)

// Kind says what sort of failure it is, and so who can mend it.
type Kind int

const (
	// Internal is a failure of ours; the caller did nothing wrong.
	Internal Kind = iota
	// Invalid input: the caller can mend it.
	Invalid
	// Unauthenticated: who speaks is not known, or no longer.
	Unauthenticated
	// Forbidden: known, but lacks the right or the licence.
	Forbidden
	// NotFound: what was named does not exist.
	NotFound
	// Conflict: it exists, but its state does not allow this now.
	Conflict
	// Busy: taking no more work at this moment; the same may pass later.
	Busy
	// Gone: was offered once and is no longer.
	Gone
)

var kindNames = [...]string{"internal", "invalid", "unauthenticated", "forbidden", "not found", "conflict", "busy", "gone"}

// String is the kind in words, for logs.
func (k Kind) String() string {
	if k >= 0 && int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind %d", int(k))
}

// Error is a failure with a kind and a sentence.
type Error struct {
	Kind Kind
	// Code is the wire's own name for the failure where a contract gives one
	// (an ICWS errorId); empty otherwise.
	Code string
	// Property names the offending input, where there is one.
	Property string
	// Message says what is wrong and what to do, in one sentence.
	Message string
	// Cause is the error underneath, or nil.
	Cause error
}

// Error is the sentence, followed by the cause.
func (e *Error) Error() string {
	if e.Cause != nil {
		return e.Message + ": " + e.Cause.Error()
	}
	return e.Message
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// New makes an error of a kind.
func New(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// Wrap makes an error of a kind around its cause.
func Wrap(cause error, kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...), Cause: cause}
}

// On names the offending property and returns the same error.
func (e *Error) On(property string) *Error {
	e.Property = property
	return e
}

// KindOf finds the kind of an error; one that is not ours is Internal.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}
