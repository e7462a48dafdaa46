package media

import (
	"errors"
	"fmt"
	"os"
	"path"
	"strings"
	"time"
)

// PartEnding is how the file of a recording ends that is not complete.
const PartEnding = ".wav.part"

// Mend completes the file of a recording that was cut off, by its path in a folder:
// its header is made to count the frames that were written, and it gets the name that
// it would have had. It gives what the file is then; a part of a frame at its end is
// left out. Nobody may be writing to it.
func Mend(folder *os.Root, part string) (RecordingInfo, error) {
	name, is := strings.CutSuffix(part, PartEnding)
	if !is {
		return RecordingInfo{}, fmt.Errorf("media: %s is no recording that was cut off", part)
	}
	d, err := folder.OpenFile(part, os.O_RDWR, 0)
	if err != nil {
		return RecordingInfo{}, err
	}
	frames, err := whole(d)
	if err = errors.Join(err, d.Close()); err != nil {
		return RecordingInfo{}, err
	}
	for n := 1; n <= copies; n++ {
		taken := name + ".wav"
		if n > 1 {
			taken = fmt.Sprintf("%s-%d.wav", name, n)
		}
		if _, err := folder.Lstat(taken); err == nil {
			continue
		}
		return RecordingInfo{
			Path: path.Clean(taken), Duration: time.Duration(frames) * frameTime, Bytes: waveHeader + frames*blockSize,
		}, folder.Rename(part, taken)
	}
	return RecordingInfo{}, fmt.Errorf("media: there are %d recordings named %s", copies, name)
}

// whole makes a file one of whole frames with a header that counts them.
func whole(d *os.File) (frames int64, err error) {
	info, err := d.Stat()
	if err != nil {
		return 0, err
	}
	frames = max(0, min(info.Size(), waveHeader+waveLimit)-waveHeader) / blockSize
	f := &file{disk: d, written: frames * blockSize}
	f.header()
	return frames, errors.Join(f.err, d.Truncate(waveHeader+f.written), d.Sync())
}

// Length is how long a recording of so many bytes is.
func Length(bytes int64) time.Duration {
	return time.Duration(max(0, bytes-waveHeader)/blockSize) * frameTime
}
