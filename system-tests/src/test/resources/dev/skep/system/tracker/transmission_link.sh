# transmission-daemon fetches what a magnet link names: transmission_link.sh HOME ADDRESS LINK
# Version 3.00 may stay paused once it has the link's torrent (transmission/transmission issue 2266): it is told to go on.
transmission-daemon -f -g "$1" &
daemon=$!
until transmission-remote "$2:9091" -a "$3"; do sleep 0.3; done
while kill -0 "$daemon"; do
  transmission-remote "$2:9091" -t all -s
  sleep 1
done
