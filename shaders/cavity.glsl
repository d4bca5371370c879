// The inside of the mouth: light fades with the way back from the teeth, towards the corners, and with how little the
// lips let in; what is left has gone through cheeks and gum and is red.
uniform float teeth_front;
uniform float lips_apart;  // 0 shut, 1 wide open

const float CORNER = 0.027;  // metres from the middle

float mouth_light(vec3 rest, float reach) {
    float beside = rest.x / CORNER;
    return smoothstep(teeth_front - reach, teeth_front + 0.004, rest.z) * mix(0.55, 1.0, lips_apart)
         * max(1.0 - beside * beside, 0.0);
}

vec3 in_mouth(vec3 albedo, vec3 n, float open, float gloss) {
    float key = max(dot(n, key_direction) * 0.6 + 0.4, 0.0);
    vec3 light = (key * light_key * 0.72 + room(n) + light_fill * 0.3) * open + vec3(0.105, 0.050, 0.040);
    float spark = glint(n, 0.30) * max(dot(n, key_direction), 0.0) * gloss * open;
    return albedo * light + spark * light_key * 0.12;
}
