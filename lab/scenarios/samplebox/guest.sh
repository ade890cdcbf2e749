# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/samplebox.ko
/lab/client -n 2 taker read /dev/samples &
sleep 1
for i in 1 2; do /lab/client deliverer write /dev/samples 1 & done
sleep 7
log "busy for a while now"
