package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"

	"privateplayback/smoketest/internal/check"
)

// prober is ffprobe. What it fetches over TLS it does not verify: the demuxers of ffmpeg
// hand no TLS settings on to segments. It therefore gets grants that end soon.
type prober struct {
	path  string
	proxy string // as in reach
}

func findFFprobe() (string, error) {
	path, err := exec.LookPath("ffprobe")
	if err != nil {
		return "", errors.New("no ffprobe on PATH: apt-get install -y --no-install-recommends ffmpeg")
	}
	return path, nil
}

// probeTimeout is for decoding on a busy machine.
const probeTimeout = time.Minute

// Probe is that of check.Prober. Grants are in the input alone, which no other user sees.
func (p prober) Probe(ctx context.Context, format, input string, packets int) (check.Frames, error) {
	bounded, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	args := []string{"-hide_banner", "-v", "warning", "-protocol_whitelist", "pipe,https,tls,tcp,crypto,httpproxy",
		"-f", format, "-select_streams", "v:0", "-count_frames", "-show_entries", "stream=nb_read_frames,avg_frame_rate", "-of", "json"}
	if format == "concat" {
		args = append(args, "-safe", "0")
	}
	if packets > 0 {
		args = append(args, "-read_intervals", fmt.Sprintf("%%+#%d", packets))
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(bounded, p.path, append(args, "-i", "pipe:0")...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "http_proxy=" + p.proxy}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &stdout, &stderr
	err := cmd.Run()
	frames, bad := readFrames(stdout.Bytes())
	frames.Complaint = probeComplaint(stderr.String())
	switch {
	case bounded.Err() != nil:
		return frames, fmt.Errorf("it did not end within %s", probeTimeout)
	case frames.Complaint == "" && errors.Join(err, bad) != nil:
		return frames, errors.Join(err, bad)
	}
	return frames, nil
}

// readFrames reads the first stream of ffprobe's JSON.
func readFrames(data []byte) (check.Frames, error) {
	var document struct {
		Streams []struct {
			Frames string `json:"nb_read_frames"`
			Rate   string `json:"avg_frame_rate"` // "30000/1001", "0/0" if unknown
		}
	}
	if err := json.Unmarshal(data, &document); err != nil || len(document.Streams) == 0 {
		return check.Frames{}, err
	}
	stream := document.Streams[0]
	f := check.Frames{Video: true}
	f.Count, _ = strconv.Atoi(stream.Frames) // "N/A" if there is none
	over, under, _ := strings.Cut(stream.Rate, "/")
	numerator, _ := strconv.ParseFloat(over, 64)
	if denominator, _ := strconv.ParseFloat(under, 64); denominator != 0 {
		f.Rate = numerator / denominator
	}
	return f, nil
}

// speaker begins a line of ffmpeg's: "[https @ 0x5581] ".
var speaker = regexp.MustCompile(`^\[[^]]*\] `)

// probeComplaint is the first line that tells of an answer that was an error, else the
// first that tells of any.
func probeComplaint(stderr string) string {
	for _, word := range []string{"HTTP error", "rror", "ailed", "nvalid"} {
		for line := range strings.Lines(stderr) {
			if strings.Contains(line, word) {
				return check.Mask(strings.TrimSpace(speaker.ReplaceAllString(line, "")))
			}
		}
	}
	return ""
}
