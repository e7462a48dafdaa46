package media

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path"
	"path/filepath"
	"time"
)

const (
	// waveHeader is the size of the RIFF, fmt and data headers.
	waveHeader = 44
	// waveLimit is how much a WAV file can hold, in whole frames: over 37 hours.
	waveLimit = (math.MaxUint32 - waveHeader) / blockSize * blockSize
	// copies is how many recordings may share a name.
	copies = 1000
)

// disk is what is written to.
type disk interface {
	io.WriterAt
	Sync() error
	io.Closer
}

// file is the WAV file of a recording. After an error it only counts what it does
// not keep. Only the recording's goroutine uses it.
type file struct {
	folder, name string
	through      func(disk) disk

	root    *os.Root
	disk    disk
	head    [waveHeader]byte // as it was written last
	taken   string           // the name that was free, without its ending
	written int64            // of the samples
	slow    int64            // frames that the recording dropped
	lost    int64            // frames that could not be written
	err     error
}

// open makes the folders, for the owner only, and the file under a free name. No
// link leads out of the folder.
func (f *file) open() {
	if f.err = os.MkdirAll(f.folder, 0o700); f.err != nil {
		return
	}
	if f.root, f.err = os.OpenRoot(f.folder); f.err != nil {
		return
	}
	if f.err = f.root.MkdirAll(path.Dir(f.name), 0o700); f.err != nil {
		return
	}
	for n := 1; n <= copies; n++ {
		f.taken = f.name
		if n > 1 {
			f.taken = fmt.Sprintf("%s-%d", f.name, n)
		}
		if _, err := f.root.Lstat(f.taken + ".wav"); err == nil {
			continue
		}
		made, err := f.root.OpenFile(f.part(), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if errors.Is(err, os.ErrExist) {
			continue
		}
		if f.err = err; err == nil {
			f.disk = made
			if f.through != nil {
				f.disk = f.through(made)
			}
			f.header()
		}
		return
	}
	f.err = fmt.Errorf("media: there are %d recordings named %s", copies, f.name)
}

// header writes the header for what is written.
func (f *file) header() {
	h := append(f.head[:0], "RIFF"...)
	h = binary.LittleEndian.AppendUint32(h, uint32(waveHeader-8+f.written))
	h = append(h, "WAVEfmt "...)
	h = binary.LittleEndian.AppendUint32(h, 16)
	h = binary.LittleEndian.AppendUint16(h, wavePCM)
	h = binary.LittleEndian.AppendUint16(h, 2)
	h = binary.LittleEndian.AppendUint32(h, rate)
	h = binary.LittleEndian.AppendUint32(h, 4*rate)
	h = binary.LittleEndian.AppendUint16(h, 4)
	h = binary.LittleEndian.AppendUint16(h, 16)
	h = append(h, "data"...)
	h = binary.LittleEndian.AppendUint32(h, uint32(f.written))
	_, f.err = f.disk.WriteAt(h, 0)
}

// skip writes silence for frames that were dropped.
func (f *file) skip(frames int64) {
	if frames == 0 {
		return
	}
	f.slow += frames
	silence := make([]byte, secondFrames*blockSize)
	for ; frames > 0; frames -= secondFrames {
		f.write(silence[:min(frames, secondFrames)*blockSize])
	}
}

// write writes whole frames, and then a header that counts them in.
func (f *file) write(samples []byte) {
	if f.err == nil && f.written+int64(len(samples)) > waveLimit {
		f.err = errors.New("media: a WAV file holds no more")
	}
	if f.err == nil {
		_, f.err = f.disk.WriteAt(samples, waveHeader+f.written)
	}
	if f.err != nil {
		f.lost += int64(len(samples) / blockSize)
		return
	}
	f.written += int64(len(samples))
	f.header()
}

// finish completes the file and gives it its name. What an error left stays as it
// is, with the ending of what is not complete.
func (f *file) finish() {
	if f.disk != nil {
		if f.err == nil {
			f.err = f.disk.Sync()
		}
		if err := f.disk.Close(); f.err == nil {
			f.err = err
		}
	}
	if f.root == nil {
		return
	}
	if f.err == nil {
		f.err = f.root.Rename(f.part(), f.taken+".wav")
	}
	_ = f.root.Close()
}

// part is the file's name until it is complete.
func (f *file) part() string { return f.taken + PartEnding }

// trouble is the first thing that went wrong, if any.
func (f *file) trouble() error {
	if f.err == nil && f.slow > 0 {
		return ErrSlowDisk
	}
	return f.err
}

// info sums up, once the file is finished.
func (f *file) info() RecordingInfo {
	info := RecordingInfo{
		Duration: time.Duration(f.written/blockSize) * frameTime,
		Dropped:  time.Duration(f.slow+f.lost) * frameTime,
		Err:      f.trouble(),
	}
	if f.disk == nil {
		return info
	}
	name := f.taken + ".wav"
	if f.err != nil {
		name = f.part()
	}
	info.Path = filepath.Join(f.folder, filepath.FromSlash(name))
	info.Bytes = waveHeader + f.written
	return info
}
