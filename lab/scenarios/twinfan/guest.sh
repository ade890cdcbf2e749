# Runs in the guest, sourced by init.
echo 0 > /proc/sys/kernel/panic_on_oops
insmod /lab/twinfan.ko
sleep 3
(echo c > /proc/sysrq-trigger) &
