# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/feedq.ko
( echo feeder > /proc/self/comm; for n in 1 2 3 4 5 6 7; do echo "$n" > /dev/feed; done )
sleep 1
log "the feed is empty"
