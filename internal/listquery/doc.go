// Package listquery reads the one kind of SQL that a client may send: a question
// about the contacts of one list. PureConnect's perform-call-list-query runs any
// statement (contract section 4.6); this is its safe form (contract section 11).
//
// # What can be asked
//
//	SELECT [TOP n | DISTINCT] * | column, ... | COUNT(*)
//	FROM list
//	[WHERE condition]
//	[ORDER BY column [ASC | DESC], ...]
//	[LIMIT n]
//
// A condition is made of comparisons with = <> != < <= > >=, of [NOT] LIKE,
// [NOT] IN (value, ...), [NOT] BETWEEN value AND value and IS [NOT] NULL, joined by
// AND, OR, NOT and parentheses. What is compared are columns, texts in single
// quotes, numbers, and parameters: either all written ? or all written @name, of
// which each new name takes the next value. A pattern of LIKE is a text or a
// parameter, with % and _ as its only wildcards.
//
// Words and names have no case. A name may be quoted, "like this" or [like this],
// and must be where it has spaces or is a word of the language. All else is an
// Invalid fault that says where and what: subqueries, joins, functions, aliases,
// qualified names, comments, semicolons, other verbs, other tables.
//
// # What it means
//
// Where a number takes part in a comparison, a column of numbers or one written as
// such, all of it is compared as numbers, and a text that does not look like one is
// like NULL. Else texts are compared, without the case of ASCII letters, as is usual
// on the database that these clients know. Parameters are texts.
//
// # What comes out
//
// [Parse] gives a [Query], and [Query.SQL] the text that SQLite runs. No word of the
// client's is in that text, save in the way of choosing between words of ours:
// columns stand there as the [Table] has them, and values are bound.
//
// Everything here is pure. A statement has a limit of length, depth and terms; how
// long its execution may take, and on how many rows, is the business of who runs it.
package listquery
