package ivs

import (
	"embed"
	"fmt"
)

// rendition is one quality of a stream.
type rendition struct {
	width, height      int
	frameRate          int    // a second
	bandwidth, average int    // bit/s
	codecs             string // RFC 6381
	files              string // where its segments are, see media
}

//go:embed live/seg000.ts live/seg001.ts live/seg002.ts live/seg003.ts live/seg004.ts live/seg005.ts
//go:embed live/360p/seg000.ts live/360p/seg001.ts live/360p/seg002.ts live/360p/seg003.ts live/360p/seg004.ts live/360p/seg005.ts
var media embed.FS

// sampleLadder returns what every channel ingests and transcodes to, best
// first. Segments of the same number cover the same two seconds, to the tick;
// the pictures carry different labels, so that a switch can be seen.
func sampleLadder() []rendition {
	return []rendition{
		{640, 360, 25, 450_000, 280_000, "avc1.4D401E,mp4a.40.2", "live/360p"},
		{320, 180, 25, 200_000, 138_000, "avc1.42C00D,mp4a.40.2", "live"},
	}
}

// group is the rendition's VIDEO group: "360p25".
func (r rendition) group() string {
	return fmt.Sprintf("%dp%d", r.height, r.frameRate)
}

// name is the rendition's NAME: "360p", and "720p60" at the higher frame rates.
func (r rendition) name() string {
	if r.frameRate > 30 {
		return r.group()
	}
	return fmt.Sprintf("%dp", r.height)
}

// segment returns the bytes of segment n, an MPEG transport stream.
func (r rendition) segment(n int64) []byte {
	b, err := media.ReadFile(fmt.Sprintf("%s/seg%03d.ts", r.files, n%loopLength))
	if err != nil {
		panic(err) // the names are those embedded above
	}
	return b
}

// offered returns the renditions of a ladder, best first, that a channel of
// the given type has and that are at most maxHeight high; 0 is no bound.
// BASIC passes on what comes in, and that alone.
//
// https://docs.aws.amazon.com/ivs/latest/LowLatencyUserGuide/channel-types.html
func offered(ladder []rendition, channelType string, maxHeight int) []rendition {
	highest := 1080
	switch channelType {
	case "BASIC":
		ladder = ladder[:min(1, len(ladder))]
	case "ADVANCED_HD":
		highest = 720
	case "ADVANCED_SD":
		highest = 480
	}
	if maxHeight > 0 {
		highest = min(highest, maxHeight)
	}
	var list []rendition
	for _, r := range ladder {
		if r.height <= highest {
			list = append(list, r)
		}
	}
	return list
}

// resolutionHeight returns the height that a value of aws:maximum-resolution
// allows.
func resolutionHeight(resolution string) (height int, ok bool) {
	switch resolution {
	case "SD":
		return 480, true
	case "HD":
		return 720, true
	case "FULL_HD":
		return 1080, true
	}
	return 0, false
}
