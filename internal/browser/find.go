package browser

import (
	"errors"
	"os/exec"
)

// ErrNotInstalled is the error of Find. It says how to install a browser.
var ErrNotInstalled = errors.New("no Chromium or Chrome on PATH: " + Install)

// Install is what a user of Debian or Ubuntu types to get a browser.
const Install = "apt-get install -y --no-install-recommends chromium"

// usual is the name of what Install installs.
const usual = "chromium"

// executables are the names under which Chromium and Chrome are installed. Chrome goes
// first where both are: builds of Chromium may lack H.264 and HLS, and Ubuntu's are a snap.
var executables = []string{
	"google-chrome", "google-chrome-stable", "chromium", "chromium-browser", "chrome", "chrome-headless-shell",
	"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
	"/Applications/Chromium.app/Contents/MacOS/Chromium",
	`C:\Program Files\Google\Chrome\Application\chrome.exe`,
}

// Find is the path of an installed browser, Chrome by preference, or ErrNotInstalled.
func Find() (string, error) {
	for _, name := range executables {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", ErrNotInstalled
}
