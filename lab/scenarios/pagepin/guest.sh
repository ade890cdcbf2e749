# Runs in the guest, sourced by init.
echo 3 > /proc/sys/kernel/hung_task_timeout_secs
/lab/idlers
insmod /lab/pagepin.ko
/lab/client -c 1 -n 2 -f counter read /dev/pinreport &
pid=$!
sleep 2
(while :; do cat /proc/$pid/cmdline > /dev/null; done) &
sleep 8
log "busy for a while now"
