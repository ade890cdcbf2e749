# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/camctl.ko
/lab/client -n 3 tuner write /dev/cam0 40 &
/lab/client -n 50 -u 10000 grabber read /dev/cam0 &
sleep 1
/lab/client exposer write /dev/cam0 400 &
sleep 1
for i in 1 2; do /lab/client -n 9 -u 1000 streamer read /dev/cam0 & done
sleep 7
log "busy for a while now"
