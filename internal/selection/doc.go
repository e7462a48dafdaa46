// Package selection is the language in which a campaign says whom of a contact list it
// calls, and in which order: a filter and a sort over the contact's columns.
//
// # Filters
//
//	balance > 100 and state in ("FL", "NY") and not (tag like "vip%")
//
// A test is a column and what is asked of it:
//
//	column = value         also != <> < <= > >=, and == for =
//	column like "text"     % stands for any characters, _ for one; also not like
//	column in (value, ...) also not in
//	column is empty        also is not empty
//
// Tests are joined by and, or, not and parentheses. A value is a text in single or
// double quotes (doubled, the quote stands for itself), a number (100, -2.5) or a day
// (2026-03-31). Words and names of columns have no case. A name that is not one word
// of letters, digits and _, or is a word of the language, stands in brackets:
// [last name].
//
// # What a column's value is
//
// Columns are texts; what a test compares with says how they are read:
//
//   - with a text, as text, without the case of the letters A to Z, byte by byte;
//   - with a number, as a number: up to 15 characters 0 to 9, with one point and a
//     minus before them at most; blanks around it do not matter;
//   - with a day, as a day: a value that begins as 2026-03-31 does.
//
// A value that can not be read so passes no comparison but !=, which is not =. A
// column that a contact does not have is empty, and one of blanks only is too. There is
// nothing between true and false.
//
// # Sorts
//
//	balance desc, last_name
//
// Numbers come before texts and by their size, texts by their bytes without the case of
// A to Z; desc turns that round. What is empty comes last both ways. What is alike is
// left in the order of its identity.
//
// # Where it runs
//
// The same expression is evaluated here ([Filter.Match], [Sort.Compare]) and written as
// SQL for SQLite ([Filter.SQL], [Sort.SQL]), and both agree; a test plays one against
// the other. Nothing of the text gets into SQL but literals, quoted here, and names of
// columns, which whoever asks for the SQL turns into expressions.
//
// Everything here is pure. What is wrong with a text is an Invalid fault that says at
// which character, and what to write.
package selection
