# Runs in the guest, sourced by init.
echo 1 > /proc/sys/kernel/panic_on_oops
insmod /lab/jobtable.ko
/lab/client lprm ioctl /dev/jobs 1 &
sleep 0.5
( echo cupsd > /proc/self/comm; read -r line < /dev/jobs ) &
