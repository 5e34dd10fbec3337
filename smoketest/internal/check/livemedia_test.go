package check

import (
	"bytes"
	"encoding/binary"
)

// What a transport stream of the tests has, beside its tables.
const (
	withPicture = 1 << iota
	withSound
	withKeyFrame  // an IDR in the picture
	withIndicator // the random access indicator before the picture
)

// The PIDs of tsSegment.
const (
	mapPID     = 0x1000
	picturePID = 0x100
	soundPID   = 0x101
)

// tsSegment is a transport stream whose tables name H.264 and AAC, with one PES
// packet of each that parts holds.
func tsSegment(parts int) []byte {
	stream := boxes(
		tsPacket(patPID, false, section(0, []byte{0, 1, 0xe0 | mapPID>>8, mapPID & 0xff})),
		tsPacket(mapPID, false, section(2, []byte{
			0xe1, 0, 0xf0, 0,
			0x1b, 0xe0 | picturePID>>8, picturePID & 0xff, 0xf0, 0,
			0x0f, 0xe0 | soundPID>>8, soundPID & 0xff, 0xf0, 0,
		})))
	if parts&withPicture != 0 {
		unit := byte(0x41) // a picture that leans on others
		if parts&withKeyFrame != 0 {
			unit = 0x65
		}
		pes := []byte{0, 0, 1, 0xe0, 0, 0, 0x80, 0x80, 5, 0x21, 0, 1, 0, 1, 0, 0, 1, unit, 0x88}
		stream = append(stream, tsPacket(picturePID, parts&withIndicator != 0, pes)...)
	}
	if parts&withSound != 0 {
		stream = append(stream, tsPacket(soundPID, false, []byte{0, 0, 1, 0xc0, 0, 0, 0x80, 0x80, 5, 0x21, 0, 1, 0, 1, 0xff, 0xf1})...)
	}
	return stream
}

// tsPacket stuffs a payload that begins something up to a whole packet.
func tsPacket(pid uint16, randomAccess bool, payload []byte) []byte {
	p := []byte{0x47, 0x40 | byte(pid>>8), byte(pid), 0x30, 0, 0}
	p[4] = byte(packetSize - 5 - len(payload))
	if randomAccess {
		p[5] = 0x40
	}
	p = append(p, bytes.Repeat([]byte{0xff}, packetSize-len(p)-len(payload))...)
	return append(p, payload...)
}

// section is a table with a pointer to its begin and no checksum to speak of.
func section(id byte, rows []byte) []byte {
	s := []byte{0, id, 0xb0, byte(5 + len(rows) + 4), 0, 1, 0xc1, 0, 0}
	return append(append(s, rows...), 0, 0, 0, 0)
}

// full is an MP4 box with content.
func full(kind string, content ...[]byte) []byte {
	body := bytes.Join(content, nil)
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(8+len(body))), kind...), body...)
}

// words are numbers of 32 bits.
func words(numbers ...uint32) []byte {
	b := []byte{}
	for _, n := range numbers {
		b = binary.BigEndian.AppendUint32(b, n)
	}
	return b
}

// mp4Init has a track of pictures, 1, of which samples are usually no key frames, and
// one of sound, 2.
func mp4Init() []byte {
	track := func(id uint32, handler string) []byte {
		return full("trak", full("tkhd", words(0, 0, 0, id)), full("mdia", full("hdlr", words(0, 0), []byte(handler))))
	}
	return boxes(box("ftyp", 8), full("moov", track(1, "vide"), track(2, "soun"),
		full("mvex", full("trex", words(0, 1, 1, 0, 0, notSync)), full("trex", words(0, 2, 1, 0, 0, 0)))))
}

// mp4Segment is a fragment with a run for each track.
func mp4Segment(runs ...[]byte) []byte {
	return boxes(full("moof", runs...), box("mdat", 4))
}

// mp4Run is a track's samples.
func mp4Run(id uint32, trun []byte) []byte {
	return full("traf", full("tfhd", words(0, id)), full("trun", trun))
}
