# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
/lab/idlers
insmod /lab/fibnic.ko
/lab/fibuser streamer &
sleep 2
/lab/client fibtool write /proc/fibctl shrink &
sleep 4
log "busy for a while now"
