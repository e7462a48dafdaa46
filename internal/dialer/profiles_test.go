package dialer

import (
	"slices"
	"strings"
	"testing"

	"github.com/outdial/outdial/internal/call"
	"github.com/outdial/outdial/internal/fault"
)

func TestTransferToAProfile(t *testing.T) {
	s := newStage(t, Rules{Profiles: map[string]call.Destination{"main menu": {Number: "+13175550199"}}}, autumn())
	s.tell("contacts 100", "shift anna persistent", "arrive anna inside-only", "answers 100")
	on := s.inHandOf("anna")
	for _, c := range []struct {
		name string
		cmd  TransferToProfile
		want fault.Kind
	}{
		{"no such call", TransferToProfile{Agent: who("anna"), Call: "1", Profile: "Main Menu"}, fault.NotFound},
		{"a call of another campaign", TransferToProfile{Agent: who("anna"), Call: on, Campaign: "SPRING", Profile: "Main Menu"}, fault.Invalid},
		{"no such profile", TransferToProfile{Agent: who("anna"), Call: on, Campaign: "autumn", Profile: "Side Menu"}, fault.NotFound},
		{"somebody without a session", TransferToProfile{Agent: who("bert"), Call: on, Profile: "Main Menu"}, fault.Conflict},
	} {
		if err := s.do(c.cmd); err == nil || fault.KindOf(err) != c.want {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if err := s.do(TransferToProfile{Agent: who("anna"), Call: on, Campaign: "autumn", Profile: "MAIN MENU"}); err != nil {
		t.Error(err)
	}
	if !slices.ContainsFunc(s.lines, func(l string) bool { return strings.Contains(l, "customer +13175550199") }) {
		t.Errorf("the profile's number is not called: %v", s.lines)
	}
	s.check()
}
