package listquery

// Query is a statement that was read. Use [Parse].
type Query struct {
	statement string // for errors
	list      name
	distinct  bool
	count     bool
	columns   []name // none for * and for COUNT(*)
	where     condition
	order     []ordering
	limit     int // -1 for none
	params    int // how many values it needs
}

// name is a column or a list as the client writes it, and where.
type name struct {
	text string
	at   int
}

// ordering is one column to order by.
type ordering struct {
	column     name
	descending bool
}

// operand is what is compared: a name, or a value.
type operand struct {
	kind kind   // word for a column, else text, number or param
	text string // the name or the value; a number with its sign
	nth  int    // of a parameter, from 0
	at   int
}

// condition is one of the types below, or nil for none.
type condition interface{ condition() }

type (
	// every holds if all of its parts hold, some if one does.
	every struct{ of []condition }
	some  struct{ of []condition }
	not   struct{ of condition }

	comparison struct {
		how         string
		left, right operand
	}
	// like, among, between and isNull have a NOT of their own.
	like struct {
		not           bool
		what, pattern operand
	}
	among struct {
		not  bool
		what operand
		of   []operand
	}
	between struct {
		not             bool
		what, low, high operand
	}
	isNull struct {
		not  bool
		what operand
	}
)

func (every) condition()      {}
func (some) condition()       {}
func (not) condition()        {}
func (comparison) condition() {}
func (like) condition()       {}
func (among) condition()      {}
func (between) condition()    {}
func (isNull) condition()     {}
