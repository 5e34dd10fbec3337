package recording

// Version is the version of the file. Another version has other members, and
// [Read] refuses it.
const Version = 1

// MaxText bounds the text of a body that is kept, in bytes after masking.
const MaxText = 16 << 10

// Recording is what one deployment answered in one run. It holds no secret and
// nothing that names the deployment.
type Recording struct {
	Version  int     `json:"recordingVersion"` // 1
	Recorded string  `json:"recorded"`         // date of the run, UTC: "2026-11-27"
	Checks   []Check `json:"checks"`           // those that asked for something, in the order in which they ran
}

// Check is what one check heard.
type Check struct {
	ID        string     `json:"id"` // "vod.refuse.expired"
	Exchanges []Exchange `json:"exchanges"`
}

// Exchange is a request and its answer.
type Exchange struct {
	Request Request `json:"request"`
	Answer  Answer  `json:"answer"`
}

// Request is what was asked, without the User-Agent.
type Request struct {
	Method string `json:"method"`
	URL    string `json:"url"` // "https://{distribution}/a.m3u8?Expires=1&Signature=***&Key-Pair-Id={key-id}"
	Header Header `json:"header,omitempty"`
}

// Answer is what came back: a status with its header and body, or an error.
type Answer struct {
	Error  string `json:"error,omitempty"`
	Status int    `json:"status,omitempty"`
	Header Header `json:"header,omitempty"`
	Body   Body   `json:"body"`
}

// Body is a masked text, or what tells two media apart.
type Body struct {
	Length int    `json:"length"`         // bytes as received
	Live   bool   `json:"live,omitempty"` // of a broadcast, which is another one each time
	Text   string `json:"text,omitempty"`
	Cut    bool   `json:"cut,omitempty"`    // Text ends early
	SHA256 string `json:"sha256,omitempty"` // of media that is not live, in hexadecimal
}
