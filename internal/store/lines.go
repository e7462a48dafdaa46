package store

// lines are the lines of a source in which contacts were met, by their identities. It
// takes four bytes for a contact, as an import adds them one after the other.
type lines map[int64]*[linesPage]uint32

const linesPage = 1024

func (l lines) set(id int64, line int) {
	page := l[id/linesPage]
	if page == nil {
		page = new([linesPage]uint32)
		l[id/linesPage] = page
	}
	page[id%linesPage] = uint32(line)
}

// get gives a contact's line, or 0.
func (l lines) get(id int64) int {
	if page := l[id/linesPage]; page != nil {
		return int(page[id%linesPage])
	}
	return 0
}
