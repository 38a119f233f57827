;;; Drives an agent by transmission.el, a front end for Emacs:  -*- lexical-binding: t -*-
;;     emacs --batch --load emacs-transmission.el PORT USER PASSWORD FOLDER
;; FOLDER holds disk.img and photos/ with their .torrent files. What its windows show is looked at as somebody who sits before it does.

(require 'package)
(package-initialize)
(require 'transmission)

(pcase-let ((`(,port ,user ,password ,folder) command-line-args-left))
  (setq command-line-args-left nil
        transmission-host "127.0.0.1"
        transmission-service (string-to-number port)
        transmission-rpc-auth (list :username user :password password))
  (defconst folder (file-name-as-directory folder)))

(defvar looks 0)

(defun text ()
  (buffer-substring-no-properties (point-min) (point-max)))

(defun await (what shown)
  "Reverts the window until SHOWN, a pattern or a function, is there."
  (let ((tries 0))
    (while (not (progn (accept-process-output nil 0.05)
                       (revert-buffer)
                       (if (functionp shown) (funcall shown) (string-match-p shown (text)))))
      (when (< 300 (setq tries (1+ tries)))
        (error "%s: not shown: %s\n%s" what shown (text))))
    (setq looks (1+ looks))))

(defun at (name)
  "Goes to the line of NAME in the list."
  (switch-to-buffer "*transmission*")
  (revert-buffer)
  (goto-char (point-min))
  (search-forward name)
  (beginning-of-line))

(defun ids (name)
  (at name)
  (list (cdr (assq 'id (tabulated-list-get-id)))))

(defun row (name state)
  (format "^ *\\S-+ .* 100%% .* %s +%s" state (regexp-quote name)))

;; What is there is added, checked and seeded.
(transmission)
(transmission-add (concat folder "disk.img.torrent") folder)
(await "one torrent" (row "disk.img" "idle"))
(transmission-add (concat folder "photos.torrent") folder)
(await "two torrents" (row "photos" "idle"))

;; What it tells of one.
(at "photos")
(transmission-files)
(await "files" "100%.*normal.*yes.*a\n")
(goto-char (point-min))
(transmission-files-unwant)
(await "a file that is not wanted" "normal.*no ")
(goto-char (point-min))
(transmission-files-want)
(await "it is wanted again" (lambda () (not (string-match-p "normal.*no " (text)))))
(goto-char (point-min))
(transmission-files-priority "high")
(await "an urgent file" "high")
(at "disk.img")
(transmission-info)
(await "facts" "^Name: disk.img\n\\(.*\n\\)*Location: .*\n\\(.*\n\\)*Percent done: 100%")
(transmission-peers)
(await "nobody" (lambda () (string-blank-p (text))))

;; What is done with it.
(transmission-set-torrent-ratio (ids "disk.img") 1 2.5)
(transmission-set-bandwidth-priority (ids "disk.img") 1)
(at "disk.img")
(transmission-info)
(await "a ratio" "^Ratio: .*2\\.50? ")
(await "a priority" "^Bandwidth priority: high")
(transmission-toggle (ids "disk.img"))
(switch-to-buffer "*transmission*")
(await "it is stopped" (row "disk.img" "stopped"))
(transmission-toggle (ids "disk.img"))
(await "it is started" (row "disk.img" "idle"))
(transmission-verify (ids "disk.img"))
(await "it is checked" (row "disk.img" "idle"))
(transmission-reannounce (ids "disk.img"))
(transmission-queue-move-bottom (ids "disk.img"))
(at "disk.img")
(transmission-info)
(await "it is the last" "^Queue position: 1$")
(transmission-queue-move-top (ids "disk.img"))
(transmission-info)
(await "it is the first" "^Queue position: 0$")

;; The session.
(transmission-set-upload 123)
(transmission-turtle-set-speeds 11 12)
(transmission-turtle-mode 1)
(transmission-free folder)
(transmission-stats)
(let ((tries 0))
  (while (not (let-alist (transmission-request "session-get")
                (and (= .speed-limit-up 123) (eq .speed-limit-up-enabled t)
                     (= .alt-speed-up 11) (= .alt-speed-down 12) (eq .alt-speed-enabled t))))
    (accept-process-output nil 0.05)
    (when (< 300 (setq tries (1+ tries)))
      (error "the session: %S" (transmission-request "session-get")))))

;; The end.
(let ((moved (concat folder "moved")))
  (make-directory moved)
  (transmission-move (ids "disk.img") moved)
  (switch-to-buffer "*transmission*")
  (await "it is moved" (lambda () (file-exists-p (concat moved "/disk.img"))))
  (await "it seeds there" (row "disk.img" "idle"))
  (transmission-remove (ids "disk.img") t)
  (await "its data is gone" (lambda () (not (file-exists-p (concat moved "/disk.img"))))))
(transmission-trackers-add (ids "photos") '("http://127.0.0.1:3/announce"))
(at "photos")
(transmission-info)
(await "a tracker" "127\\.0\\.0\\.1:3")
(transmission-remove (ids "photos"))
(switch-to-buffer "*transmission*")
(await "it is gone" (lambda () (not (string-match-p "photos" (text)))))
(unless (file-exists-p (concat folder "photos/a"))
  (error "its data was to stay"))
(princ (format "%d looks at the windows of transmission.el\n" looks))
