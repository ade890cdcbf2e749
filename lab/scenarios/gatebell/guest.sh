# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/gatebell.ko
/lab/client -n 1 visitor read /dev/gate &
sleep 1
ls -R /proc/1 > /dev/null 2>&1
/lab/client -n 1 porter write /dev/gate x &
