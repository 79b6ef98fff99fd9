# Runs ./dev inside a container that has what it needs. Sourced by ./dev for --docker.

readonly DEV_IMAGE=headgate-dev

# run_in_docker COMMAND [OPTION...]: does not return. Maven's downloads stay in the volume headgate-dev-home.
run_in_docker() {
  command -v docker >/dev/null || die "$EXIT_PREREQUISITE" "--docker needs the docker command, which is not on the PATH"
  docker info >/dev/null 2>&1 ||
    die "$EXIT_PREREQUISITE" "the Docker daemon does not answer: $(docker info 2>&1 | tail -n 1)"

  run_step "Preparing the image $DEV_IMAGE" docker-image \
    docker build --network host -t "$DEV_IMAGE" --build-arg "BASE=${HEADGATE_DEV_IMAGE:-debian:12}" scripts ||
    die "$EXIT_PREREQUISITE" "the image could not be built"

  local terminal=()
  [[ -t 0 && -t 1 ]] && terminal=(-t)
  # The host's network, so that the URLs ./dev cluster prints can be used from outside the container.
  # What was built belongs to the owner of the checkout afterwards, not to the container's root. So that shell outlives
  # the signals, which reach ./dev itself because the container's init passes them to the whole process group.
  exec docker run --rm -i "${terminal[@]}" --init --network host \
    -v "$HEADGATE_ROOT:/headgate" -v headgate-dev-home:/root -w /headgate \
    -e NO_COLOR -e MAVEN_ARGS -e TERM -e TINI_KILL_PROCESS_GROUP=1 \
    "$DEV_IMAGE" bash -c 'trap : INT TERM
      ./dev "$@"; code=$?
      find . -name target -type d -prune -exec chown -R --reference=. {} +
      exit $code' dev "$@"
}
