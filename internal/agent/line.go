package agent

// Line is the state of the leg to an agent's phone. On a station that may
// persist this is the persistent connection (dialing.md section 1).
type Line int

const (
	// LineNone: no leg, and none wanted yet.
	LineNone Line = iota
	// LineDialing: the phone is being called.
	LineDialing
	// LineVerifying: it was answered, and a human must still show that he is there.
	LineVerifying
	// LineUp: the leg stands; customers can be bridged to it.
	LineUp
	// LineLost: it stood, and the far side or the network ended it.
	LineLost

	lines
)

var lineNames = [lines]string{"None", "Dialing", "Verifying", "Up", "Lost"}

// String is the state's name, as in the drawing.
func (l Line) String() string { return name(lineNames[:], int(l), "Line ") }

// Alive tells whether there is a leg to the phone.
func (l Line) Alive() bool { return l == LineDialing || l == LineVerifying || l == LineUp }

// Coming tells whether the line is being set up.
func (l Line) Coming() bool { return l == LineDialing || l == LineVerifying }

// LineInput is what can happen to a line.
type LineInput int

const (
	// LineEstablish: it is asked for, by the agent or because a customer waits.
	LineEstablish LineInput = iota
	// LineChallenge: the phone was picked up, by whom is to be shown.
	LineChallenge
	// LineAnswer: the phone was picked up and nothing is to be shown, or that has
	// been done.
	LineAnswer
	// LineFail: busy, refused, no answer, unreachable; or nobody showed in time that
	// he is there.
	LineFail
	// LineLose: the agent hung up, or the network lost the leg.
	LineLose
	// LineDrop: we end it: idle time-out, other station, end of the last session,
	// or the call is over on a station that does not persist.
	LineDrop

	lineInputs
)

var lineInputNames = [lineInputs]string{"Establish", "Challenge", "Answer", "Fail", "Lose", "Drop"}

// String is the input's name, as in the drawing.
func (i LineInput) String() string { return name(lineInputNames[:], int(i), "LineInput ") }

var lineTable = [lines][lineInputs]Line{
	//             Establish    Challenge  Answer  Fail      Lose      Drop
	LineNone:      {LineDialing, no, no, no, no, LineNone},
	LineDialing:   {LineDialing, LineVerifying, LineUp, LineNone, no, LineNone},
	LineVerifying: {LineVerifying, no, LineUp, LineNone, no, LineNone},
	LineUp:        {LineUp, no, no, no, LineLost, LineNone},
	LineLost:      {LineDialing, no, no, no, no, LineNone},
}

// On gives the state after an input; ok is false for a pair that must not
// happen, and then the state is unchanged.
func (l Line) On(in LineInput) (next Line, ok bool) {
	if l < 0 || l >= lines || in < 0 || in >= lineInputs || lineTable[l][in] == no {
		return l, false
	}
	return lineTable[l][in], true
}

// Break is the state of an agent's break; its numbers are the wire's
// (breakStatusType, contract section 4.4).
type Break int

const (
	// NotOnBreak: takes calls.
	NotOnBreak Break = iota
	// BreakPending: asked for, not yet granted.
	BreakPending
	// OnBreak: no calls.
	OnBreak

	breaks
)

var breakNames = [breaks]string{"NotOnBreak", "BreakPending", "OnBreak"}

// String is the state's name, as in the drawing.
func (b Break) String() string { return name(breakNames[:], int(b), "Break ") }

// BreakInput is what can happen to a break.
type BreakInput int

const (
	// BreakRequest: the agent asks for one.
	BreakRequest BreakInput = iota
	// BreakGrant: the dialer can do without the agent.
	BreakGrant
	// BreakEnd: the agent is back, or no longer wants it.
	BreakEnd

	breakInputs
)

var breakInputNames = [breakInputs]string{"Request", "Grant", "End"}

// String is the input's name, as in the drawing.
func (i BreakInput) String() string { return name(breakInputNames[:], int(i), "BreakInput ") }

var breakTable = [breaks][breakInputs]Break{
	//             Request       Grant    End
	NotOnBreak:   {BreakPending, no, NotOnBreak},
	BreakPending: {BreakPending, OnBreak, NotOnBreak},
	OnBreak:      {OnBreak, no, NotOnBreak},
}

// On gives the state after an input; ok is false for a pair that must not
// happen, and then the state is unchanged.
func (b Break) On(in BreakInput) (next Break, ok bool) {
	if b < 0 || b >= breaks || in < 0 || in >= breakInputs || breakTable[b][in] == no {
		return b, false
	}
	return breakTable[b][in], true
}
