package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/internal/farend"
)

// quiet is the ratio of a line without noise to speak of.
const quiet = 99

// ratios are the signal-to-noise ratios, in dB.
var ratios = []float64{quiet, 20, 15, 10, 5}

// noises are those of each half; babble is of the half's own voices.
var noises = map[half][]string{
	tuning:  {"white", "hum 50", "street", "babble"},
	testing: {"pink", "hum 60", "rail", "babble"},
}

// sample is one call of the set, yet to be made.
type sample struct {
	set     string // whose table it is in
	machine bool
	beeps   bool   // after its words
	cluster string // its text
	voice   string
	parts   []string
	ratio   float64
	noise   string
	channel string
	seed    uint64
}

// heard is a call as it was made.
type heard struct {
	pcm []int16
	end time.Duration // of the greeting
	// beep is the time that is left after its beep, if it has one that begins in time.
	beep *time.Duration
}

// sets are the tables: which texts are a person's and which a machine's.
var sets = []struct {
	name            string
	people, machine []string
}{
	{"consumer", []string{"home"}, []string{"personal", "carrier", "full"}},
	{"business", []string{"business"}, []string{"menu", "personal"}},
}

// plan lays out the calls of a half: each text by several voices, each of them on lines
// of every ratio. It tells what must be spoken for them.
func plan(dir string, of half, seed uint64, each int) (calls []sample, words []spoken) {
	for _, set := range sets {
		for _, kind := range slices.Concat(set.people, set.machine) {
			for n, t := range readTexts(kind, of) {
				able := speakers(of, t.language)
				for v := range min(each, len(able)) {
					r := chance(seed, of, set.name, t.words, v)
					voice := able[(n*each+v)%len(able)]
					pace := []float64{0.85, 0.95, 1.05, 1.2}[r.IntN(4)]
					s := sample{set: set.name, machine: slices.Contains(set.machine, kind), beeps: kind == "personal" || kind == "carrier", cluster: t.words, voice: voice.name}
					for _, p := range t.phrases {
						w := spoken{voice, strings.TrimSpace(p), pace}
						words = append(words, w)
						s.parts = append(s.parts, w.file(dir))
					}
					calls = append(calls, onLines(s, of, r)...)
				}
			}
		}
	}
	return calls, words
}

// onLines gives the call on lines of every ratio.
func onLines(s sample, of half, r *rand.Rand) (calls []sample) {
	for _, ratio := range ratios {
		s.ratio, s.noise = ratio, noises[of][r.IntN(len(noises[of]))]
		s.channel = []string{"µ-law", "A-law"}[r.IntN(2)]
		s.seed = r.Uint64()
		calls = append(calls, s)
	}
	return calls
}

// prompts are folders of recorded prompts, each of one voice, by half.
var prompts = map[half][]string{
	tuning:  {"en_US_f_Allison", "fr_CA_f_June", "it_IT_m_Carlo"},
	testing: {"es", "es_MX_f_Allison", "fr", "it_IT_f_Menardi", "ru_RU_f_IvrvoiceRU"},
}

// recorded lays out the calls of recorded prompts: what is as short as a hello stands for
// a person, what is as long as a greeting for a machine. They try what is taken for
// voice on microphones and languages; of the two numbers they show nothing.
func recorded(of half, seed uint64, most int) (calls []sample, err error) {
	for _, voice := range prompts[of] {
		files, err := filepath.Glob("/usr/share/asterisk/sounds/" + voice + "/*")
		if err != nil {
			return nil, err
		}
		r := chance(seed, "recorded", voice)
		r.Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
		taken := map[bool]int{}
		for _, file := range files {
			if taken[false] >= most && taken[true] >= most {
				break
			}
			if ext := filepath.Ext(file); ext != ".wav" && ext != ".gsm" || strings.Contains(file, "beep") || strings.Contains(file, "tone") {
				continue
			}
			sound, err := load(file)
			if err != nil {
				continue // an empty prompt
			}
			long := sound.Duration() > 4*time.Second
			if !long && sound.Duration() > 1500*time.Millisecond || sound.Duration() < 250*time.Millisecond || taken[long] >= most {
				continue
			}
			taken[long]++
			s := sample{set: "recorded", machine: long, cluster: voice + "/" + filepath.Base(file), voice: voice, parts: []string{file}}
			calls = append(calls, onLines(s, of, r)...)
		}
	}
	if len(calls) == 0 {
		return nil, fmt.Errorf("there are no recorded prompts under /usr/share/asterisk/sounds: run tools/voices")
	}
	return calls, nil
}

// set is a half's calls and what they are made of.
type set struct {
	half   half
	calls  []sample
	sounds map[string]farend.Sound
	babble []farend.Sound
}

// gather reads the sounds of the calls.
func gather(of half, calls []sample) (*set, error) {
	s := &set{half: of, calls: calls, sounds: map[string]farend.Sound{}}
	for _, c := range calls {
		for _, file := range c.parts {
			if _, ok := s.sounds[file]; ok {
				continue
			}
			sound, err := load(file)
			if err != nil {
				return nil, err
			}
			s.sounds[file] = sound
			if len(sound) > 3*farend.Rate && !strings.HasPrefix(file, "/usr/share") && len(s.babble) < 40 {
				s.babble = append(s.babble, sound)
			}
		}
	}
	return s, nil
}

// callTime is how much of a call is made: more than any verdict needs.
const callTime = 8 * time.Second

// make makes a call: nothing at first where the line opens late, the click of a hand
// that lifts the phone, the words with the pauses of people, on the noise of the room,
// through the channel.
func (s *set) make(c sample) heard {
	r := rand.New(rand.NewPCG(c.seed, 0))
	far := farend.Hush(callTime)
	opens := time.Duration(0)
	if r.IntN(2) == 0 {
		opens = time.Duration(r.IntN(400)) * time.Millisecond
	}
	at := opens + time.Duration(200+r.IntN(1000))*time.Millisecond
	if r.IntN(3) == 0 {
		click(r, far[farend.Count(opens+50*time.Millisecond):])
	}
	words, end := farend.Hush(callTime), at
	var beep *time.Duration
	for i, file := range c.parts {
		if i > 0 {
			pause := math.Exp(math.Log(0.45) + 0.45*r.NormFloat64())
			at += time.Duration(min(max(pause, 0.15), 1.6) * float64(time.Second))
		}
		words.Add(farend.Count(at), s.sounds[file])
		at += s.sounds[file].Duration()
		end = at
	}
	if c.beeps {
		at += time.Duration(150+r.IntN(1200)) * time.Millisecond
		tone := farend.Tone(-12, farend.Beat{Hz: []float64{500 + 1000*r.Float64()}, On: time.Duration(150+r.IntN(650)) * time.Millisecond})
		far.Add(farend.Count(at), tone)
		if left := callTime - at - tone.Duration(); at < callTime {
			beep = &left
		}
	}
	words = farend.Telephone(words)
	level := min(max(-20+4*r.NormFloat64(), -30), -10)
	far.Add(0, words.Gain(level-words.Active()))
	open := farend.Count(opens)
	far.Add(open, farend.Noise(r, "white", callTime-opens, -68))
	if c.ratio < quiet {
		far.Add(open, s.noise(r, c.noise, callTime-opens, level-c.ratio))
	}
	return heard{farend.Channel(c.channel, far), min(end, callTime), beep}
}

func (s *set) noise(r *rand.Rand, kind string, d time.Duration, level float64) farend.Sound {
	var n farend.Sound
	if kind == "babble" {
		var some []farend.Sound
		for range 5 {
			some = append(some, s.babble[r.IntN(len(s.babble))])
		}
		n = farend.Babble(r, some, d, level)
	} else {
		n = farend.Noise(r, kind, d, level)
	}
	n = farend.Telephone(n)
	return n.Gain(level - n.Level())
}

// click is some 20 ms of a hand on the phone.
func click(r *rand.Rand, s farend.Sound) {
	loud := 0.02 + 0.1*r.Float64()
	for i := range min(len(s), farend.Rate/50) {
		s[i] += loud * math.Exp(-float64(i)/40) * r.NormFloat64()
	}
}

// cacheDir is where what was spoken is kept.
func cacheDir() (string, error) {
	dir, err := os.UserCacheDir()
	return filepath.Join(dir, "outdial-cpaset"), err
}
