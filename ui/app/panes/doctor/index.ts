export { DoctorCard } from './doctor-card.js'
