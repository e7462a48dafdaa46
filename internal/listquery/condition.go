package listquery

import "strings"

// anyOf reads conditions joined by OR, which binds less than AND.
func (p *parser) anyOf() (condition, error) {
	first, err := p.allOf()
	if err != nil || !p.next().is("OR") {
		return first, err
	}
	all := some{of: []condition{first}}
	for p.skip("OR") {
		c, err := p.allOf()
		if err != nil {
			return nil, err
		}
		all.of = append(all.of, c)
	}
	return all, nil
}

// allOf reads conditions joined by AND.
func (p *parser) allOf() (condition, error) {
	first, err := p.single()
	if err != nil || !p.next().is("AND") {
		return first, err
	}
	all := every{of: []condition{first}}
	for p.skip("AND") {
		c, err := p.single()
		if err != nil {
			return nil, err
		}
		all.of = append(all.of, c)
	}
	return all, nil
}

// single reads a condition without AND and OR outside of parentheses.
func (p *parser) single() (condition, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, p.refuse("NOT and parentheses are more than %d deep", maxDepth)
	}
	defer func() { p.depth-- }()
	switch {
	case p.skip("NOT"):
		c, err := p.single()
		return not{c}, err
	case p.skip("("):
		if p.next().is("SELECT") {
			return nil, p.refuse("%s", oneList)
		}
		c, err := p.anyOf()
		if err != nil {
			return nil, err
		}
		return c, p.expect(")")
	}
	return p.test()
}

// test reads one operand and what is asked of it.
func (p *parser) test() (condition, error) {
	what, err := p.operand()
	if err != nil {
		return nil, err
	}
	for _, how := range []string{"=", "<>", "!=", "<=", ">=", "<", ">"} {
		if p.skip(how) {
			right, err := p.operand()
			return comparison{how, what, right}, err
		}
	}
	if p.skip("IS") {
		is := isNull{not: p.skip("NOT"), what: what}
		if what.kind != word {
			return nil, wrong(p.statement, what.at, "IS NULL is asked of a column")
		}
		return is, p.expect("NULL")
	}
	negated := p.skip("NOT")
	switch {
	case p.skip("LIKE"):
		return p.like(what, negated)
	case p.skip("IN"):
		return p.among(what, negated)
	case p.skip("BETWEEN"):
		low, err := p.operand()
		if err != nil {
			return nil, err
		}
		if err := p.expect("AND"); err != nil {
			return nil, err
		}
		high, err := p.operand()
		return between{negated, what, low, high}, err
	case negated:
		return nil, p.refuse("LIKE, IN or BETWEEN belongs here")
	}
	return nil, p.refuse("a comparison belongs here: = <> != < <= > >= LIKE IN BETWEEN IS")
}

func (p *parser) like(what operand, negated bool) (condition, error) {
	at := p.next()
	pattern, err := p.operand()
	switch {
	case err != nil:
		return nil, err
	case pattern.kind != text && pattern.kind != param:
		return nil, wrong(p.statement, at.at, "the pattern of LIKE must be a text or a parameter")
	}
	return like{negated, what, pattern}, nil
}

func (p *parser) among(what operand, negated bool) (condition, error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	if p.next().is("SELECT") {
		return nil, p.refuse("%s", oneList)
	}
	in := among{not: negated, what: what}
	for {
		o, err := p.operand()
		if err != nil {
			return nil, err
		}
		in.of = append(in.of, o)
		if !p.skip(",") {
			return in, p.expect(")")
		}
	}
}

// operand reads a column, a value or a parameter.
func (p *parser) operand() (operand, error) {
	t := p.next()
	switch {
	case t.is("-") && p.rest[1].kind == number:
		if err := p.count(); err != nil {
			return operand{}, err
		}
		p.take()
		return operand{kind: number, text: "-" + p.take().text, at: t.at}, nil
	case t.kind == text || t.kind == number:
		if err := p.count(); err != nil {
			return operand{}, err
		}
		p.take()
		return operand{kind: t.kind, text: t.text, at: t.at}, nil
	case t.kind == param:
		return p.param()
	case t.is("NULL"):
		return operand{}, p.refuse("nothing is equal to NULL; ask IS NULL")
	}
	n, err := p.name("a column, or a value,")
	return operand{kind: word, text: n.text, at: n.at}, err
}

// param reads a parameter and finds its place.
func (p *parser) param() (operand, error) {
	t := p.next()
	if err := p.count(); err != nil {
		return operand{}, err
	}
	named := t.text != "?"
	if p.params > 0 && named != (len(p.names) > 0) {
		return operand{}, wrong(p.statement, t.at, "parameters are either all written ? or all @name")
	}
	p.take()
	o := operand{kind: param, text: t.text, nth: p.params, at: t.at}
	if named {
		key := strings.ToLower(t.text)
		if nth, known := p.names[key]; known {
			o.nth = nth
			return o, nil
		}
		p.names[key] = p.params
	}
	p.params++
	return o, nil
}
