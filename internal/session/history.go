package session

import "github.com/outdial/outdial/internal/dialer"

// Past is a call that is over, as its user remembers it.
type Past struct {
	Call      dialer.CallView
	Forwarded bool // the other party was passed on
}
