package check

import (
	"encoding/binary"
	"errors"
)

// streams is what a segment was found to hold.
type streams struct {
	video, audio bool // a stream of this kind is named, and a part of it is there
	start        bool // the picture can begin somewhere in the segment
}

const (
	packetSize = 188
	patPID     = 0
	nullPID    = 0x1fff
)

// The stream types of program map tables that players meet (ISO/IEC 13818-1, table
// 2-34; ATSC A/53 for AC-3 and E-AC-3).
var (
	videoTypes = map[byte]bool{0x01: true, 0x02: true, 0x10: true, 0x1b: true, 0x24: true}
	audioTypes = map[byte]bool{0x03: true, 0x04: true, 0x0f: true, 0x11: true, 0x81: true, 0x87: true}
)

// demultiplexer follows a transport stream from its tables to its elementary streams.
type demultiplexer struct {
	tables map[uint16][]byte // sections that have begun, by PID
	maps   map[uint16]bool   // PIDs of program map tables
	types  map[uint16]byte   // stream types, by PID
	found  streams
	coded  map[uint16][]byte // video as it is coded, by PID
}

// demultiplex reads a segment of whole packets: the association table, the map of the
// program, and the beginnings of its streams (ISO/IEC 13818-1, 2.4).
func demultiplex(body []byte) (streams, error) {
	if err := checkTransportStream(body); err != nil {
		return streams{}, err
	}
	d := demultiplexer{tables: map[uint16][]byte{}, maps: map[uint16]bool{}, types: map[uint16]byte{}, coded: map[uint16][]byte{}}
	for i := 0; i < len(body); i += packetSize {
		d.packet(body[i : i+packetSize])
	}
	switch {
	case len(d.maps) == 0:
		return streams{}, errors.New("no program association table")
	case len(d.types) == 0:
		return streams{}, errors.New("no program map table that names streams")
	}
	for pid, coded := range d.coded {
		d.found.start = d.found.start || startsPicture(coded, d.types[pid])
	}
	return d.found, nil
}

func (d *demultiplexer) packet(p []byte) {
	pid := binary.BigEndian.Uint16(p[1:]) & 0x1fff
	begins := p[1]&0x40 != 0
	payload := p[4:]
	if p[3]&0x20 != 0 { // an adaptation field
		length := int(p[4])
		if length > 0 && p[5]&0x40 != 0 && videoTypes[d.types[pid]] {
			d.found.start = true // its random access indicator
		}
		payload = p[min(5+length, packetSize):]
	}
	if p[3]&0x10 == 0 || len(payload) == 0 || pid == nullPID {
		return
	}
	switch {
	case pid == patPID, d.maps[pid]:
		d.table(pid, payload, begins)
	default:
		d.elementary(pid, payload, begins)
	}
}

// table collects a section, and reads it once it is whole.
func (d *demultiplexer) table(pid uint16, payload []byte, begins bool) {
	if begins {
		pointer := 1 + int(payload[0])
		d.tables[pid], payload = []byte{}, payload[min(pointer, len(payload)):]
	}
	if d.tables[pid] == nil {
		return
	}
	section := append(d.tables[pid], payload...)
	d.tables[pid] = section
	const header, checksum = 8, 4
	if len(section) < header {
		return
	}
	end := 3 + int(binary.BigEndian.Uint16(section[1:])&0x0fff) - checksum
	if end < header || end+checksum > len(section) {
		return
	}
	if pid == patPID && section[0] == 0 {
		d.association(section[header:end])
	} else if pid != patPID && section[0] == 2 {
		d.program(section[header:end])
	}
}

func (d *demultiplexer) association(rows []byte) {
	for ; len(rows) >= 4; rows = rows[4:] {
		if number := binary.BigEndian.Uint16(rows); number != 0 {
			d.maps[binary.BigEndian.Uint16(rows[2:])&0x1fff] = true
		}
	}
}

func (d *demultiplexer) program(rows []byte) {
	if len(rows) < 4 {
		return
	}
	rows = rows[min(4+int(binary.BigEndian.Uint16(rows[2:])&0x0fff), len(rows)):]
	for len(rows) >= 5 {
		d.types[binary.BigEndian.Uint16(rows[1:])&0x1fff] = rows[0]
		rows = rows[min(5+int(binary.BigEndian.Uint16(rows[3:])&0x0fff), len(rows)):]
	}
}

// elementary looks for the start of a PES packet (ISO/IEC 13818-1, 2.4.3.7).
func (d *demultiplexer) elementary(pid uint16, payload []byte, begins bool) {
	kind := d.types[pid]
	if begins && len(payload) > 6 && payload[0] == 0 && payload[1] == 0 && payload[2] == 1 {
		d.found.video = d.found.video || videoTypes[kind]
		d.found.audio = d.found.audio || audioTypes[kind]
	}
	if videoTypes[kind] {
		d.coded[pid] = append(d.coded[pid], payload...)
	}
}

// startsPicture looks for a NAL unit from which decoding may begin: IDR or a recovery
// point of H.264, an IRAP picture of HEVC. Of other codecs it lets everything pass.
func startsPicture(coded []byte, kind byte) bool {
	if kind != 0x1b && kind != 0x24 {
		return true
	}
	for i := 0; i+4 < len(coded); i++ {
		if coded[i] != 0 || coded[i+1] != 0 || coded[i+2] != 1 || coded[i+3]&0x80 != 0 {
			continue
		}
		unit, first := coded[i+3], coded[i+4]
		switch {
		case kind == 0x1b && (unit&0x1f == 5 || unit&0x1f == 6 && first == 6):
			return true
		case kind == 0x24 && unit>>1 >= 16 && unit>>1 <= 21:
			return true
		}
	}
	return false
}

// lacks says what a segment should hold and does not.
func (s streams) lacks(video, audio bool) error {
	switch {
	case video && !s.video:
		return errors.New("no picture in it")
	case audio && !s.audio:
		return errors.New("no sound in it")
	case video && !s.start:
		return errors.New("no key frame in it: a player cannot begin here")
	}
	return nil
}
