package check

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// track is what an initialization section says of one.
type track struct {
	handler string // "vide", "soun"
	flags   uint32 // of a sample of which nothing else is said
}

// notSync is the flag of a sample that decoding cannot begin with (ISO/IEC 14496-12,
// 8.8.3.1).
const notSync = 0x10000

// fragments reads a fragmented MP4 segment by the initialization section before it
// (ISO/IEC 14496-12, 8.8).
func fragments(init, body []byte) (streams, error) {
	if err := checkBoxes(body, "moof"); err != nil {
		return streams{}, err
	}
	if err := checkBoxes(init, "moov"); err != nil {
		return streams{}, fmt.Errorf("in the initialization section: %w", err)
	}
	tracks := tracksOf(init)
	if len(tracks) == 0 {
		return streams{}, errors.New("the initialization section has no tracks")
	}
	found := streams{}
	eachBox(body, "moof", func(moof []byte) {
		eachBox(moof, "traf", func(traf []byte) { found.fragment(traf, tracks) })
	})
	return found, nil
}

// eachBox calls f with the content of each box of a kind; what is cut off is left out.
func eachBox(data []byte, kind string, f func([]byte)) {
	for len(data) >= 8 {
		size, header := uint64(binary.BigEndian.Uint32(data)), uint64(8)
		switch {
		case size == 0:
			size = uint64(len(data))
		case size == 1 && len(data) >= 16:
			size, header = binary.BigEndian.Uint64(data[8:]), 16
		}
		if size < header || size > uint64(len(data)) {
			return
		}
		if string(data[4:8]) == kind {
			f(data[header:size])
		}
		data = data[size:]
	}
}

func tracksOf(init []byte) map[uint32]track {
	tracks := map[uint32]track{}
	eachBox(init, "moov", func(moov []byte) {
		eachBox(moov, "trak", func(trak []byte) {
			var id uint32
			eachBox(trak, "tkhd", func(b []byte) {
				at := 12 // version, flags, two times of four bytes
				if len(b) > 0 && b[0] == 1 {
					at = 20
				}
				id = word(b, at)
			})
			eachBox(trak, "mdia", func(mdia []byte) {
				eachBox(mdia, "hdlr", func(b []byte) {
					if len(b) >= 12 {
						tracks[id] = track{handler: string(b[8:12])}
					}
				})
			})
		})
		eachBox(moov, "mvex", func(mvex []byte) {
			eachBox(mvex, "trex", func(b []byte) {
				if t, ok := tracks[word(b, 4)]; ok {
					t.flags = word(b, 20)
					tracks[word(b, 4)] = t
				}
			})
		})
	})
	return tracks
}

// word is the number at an offset; zero beyond the end.
func word(b []byte, at int) uint32 {
	if at < 0 || at+4 > len(b) {
		return 0
	}
	return binary.BigEndian.Uint32(b[at:])
}

// fragment notes the samples of one track.
func (s *streams) fragment(traf []byte, tracks map[uint32]track) {
	var of track
	eachBox(traf, "tfhd", func(b []byte) {
		of = tracks[word(b, 4)]
		at, flags := 8, word(b, 0)
		for _, f := range []struct {
			flag uint32
			size int
		}{{0x1, 8}, {0x2, 4}, {0x8, 4}, {0x10, 4}} { // data offset, description, duration, size
			if flags&f.flag != 0 {
				at += f.size
			}
		}
		if flags&0x20 != 0 {
			of.flags = word(b, at)
		}
	})
	eachBox(traf, "trun", func(b []byte) {
		if word(b, 4) == 0 {
			return
		}
		s.audio = s.audio || of.handler == "soun"
		s.video = s.video || of.handler == "vide"
		s.start = s.start || of.handler == "vide" && hasSync(b, of.flags)
	})
}

// hasSync reports whether decoding may begin with a sample of a track run (ISO/IEC
// 14496-12, 8.8.8).
func hasSync(run []byte, usual uint32) bool {
	flags, count, at := word(run, 0), word(run, 4), 8
	if flags&0x1 != 0 {
		at += 4
	}
	first := usual
	if flags&0x4 != 0 {
		first = word(run, at)
		at += 4
	}
	if flags&0x400 == 0 { // samples have no flags of their own
		return first&notSync == 0 || count > 1 && usual&notSync == 0
	}
	size, offset := 0, 0
	for _, flag := range []uint32{0x100, 0x200, 0x400, 0x800} { // duration, size, flags, time
		if flag == 0x400 {
			offset = size
		}
		if flags&flag != 0 {
			size += 4
		}
	}
	for ; count > 0 && at+size <= len(run); count, at = count-1, at+size {
		if word(run, at+offset)&notSync == 0 {
			return true
		}
	}
	return false
}
