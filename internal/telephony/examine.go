package telephony

import (
	"time"

	"github.com/outdial/outdial/internal/analysis"
	"github.com/outdial/outdial/internal/call"
)

// examined is how long an answered leg is listened to at most. The longest greetings
// of voicemails end before; nobody waits for a beep after that.
const examined = time.Minute

// examination is call analysis at work on a leg: what hears, and asks the analyser what
// it found. Only the media leg calls it.
type examination struct {
	leg      *leg
	analyser *analysis.Analyser
	began    time.Time // of the first sample
	early    bool      // nobody has answered yet
}

// examine begins the analysis that the order asks for, if it does, at the answer.
func (l *leg) examine() {
	o := l.order.Analysis
	if o == nil {
		return
	}
	settings := analysis.Settings{Silence: o.Silence, Speech: o.Speech, Time: o.Time}
	l.media.Load().Follow(&examination{leg: l, analyser: analysis.New(settings), began: time.Now()})
}

// examineEarly begins to listen to what is heard before the answer, if the order asks
// for it. Of that only the network's own tones are told.
func (l *leg) examineEarly() {
	if o := l.order.Analysis; o == nil || !o.Early || l.overheard {
		return
	}
	l.overheard = true
	l.media.Load().Follow(&examination{leg: l, analyser: analysis.Early(), began: time.Now(), early: true})
}

func (e *examination) Hear(pcm []int16) { e.analyser.Hear(pcm) }

func (e *examination) Due() (tell func(), over bool) {
	over = time.Since(e.began) > examined
	found, ok := e.analyser.Finding()
	if !ok || e.early && found.Kind != analysis.SIT {
		return nil, over
	}
	v := call.Verdict{Finding: call.Finding(found.Kind), At: e.began.Add(found.At), Why: found.Why, Features: e.analyser.Features()}
	if found.Greeted > 0 {
		v.Greeted = e.began.Add(found.Greeted)
	}
	return func() { e.leg.inbox.put(judged{v}) }, over
}
